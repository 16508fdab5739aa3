import { Group } from '@mantine/core';
import { BreakingMark } from '@/components/catalog-change';
import { counted } from '@/lib/numbers';
import classes from './compared.module.css';
import type { ColumnPair, PartDifference } from './comparison';

interface ComparisonSummaryProps {
  readonly columns: readonly ColumnPair[];
  readonly parts: readonly PartDifference[];
  readonly isDefinitionOther: boolean;
}

/** How much differs, in one line. */
export function ComparisonSummary({ columns, parts, isDefinitionOther }: ComparisonSummaryProps) {
  const words = [
    ...(['added', 'removed', 'changed'] as const).map((kind) => {
      const many = columns.filter((column) => column.kind === kind).length;
      return many === 0 ? null : { kind, text: `${counted(many, 'column')} ${kind}` };
    }),
    ...parts.map(({ part }) => ({ kind: 'changed' as const, text: `${part} changed` })),
    isDefinitionOther ? { kind: 'changed' as const, text: 'Definition changed' } : null,
  ].filter((one) => one !== null);
  if (words.length === 0) return null;
  return (
    <Group gap="xs" role="status" data-testid="comparison-summary">
      {[...columns, ...parts].some(({ isBreaking }) => isBreaking) && <BreakingMark />}
      {words.map(({ kind, text }) => (
        <span key={text} className={classes.chip} data-kind={kind}>
          {text}
        </span>
      ))}
    </Group>
  );
}
