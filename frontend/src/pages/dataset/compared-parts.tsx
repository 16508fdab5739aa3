import { Table, Text, Title } from '@mantine/core';
import { useMemo } from 'react';
import { BreakingMark } from '@/components/catalog-change';
import { DataTable } from '@/components/data-table';
import { type DiffLine, diffLines, withoutFar } from '@/lib/line-diff';
import classes from './compared.module.css';
import type { PartDifference } from './comparison';

interface ComparedPartsProps {
  readonly parts: readonly PartDifference[];
  readonly heads: readonly [string, string];
  /** The text that the view was made by, in both; null when it is the same. */
  readonly definitions: readonly [string, string] | null;
}

/** What differs of a dataset beside its columns. */
export function ComparedParts({ parts, heads, definitions }: ComparedPartsProps) {
  return (
    <>
      {parts.length > 0 && (
        <section>
          <Title order={2} size="h5" mb={6}>
            Dataset
          </Title>
          <DataTable
            label="Compared dataset"
            columns={[{ head: 'What', width: '30%' }, { head: heads[0] }, { head: heads[1] }]}
            minWidth={620}
            minWidthNarrow={330}
            data-testid="compared-parts"
          >
            <Table.Tbody>
              {parts.map(({ part, before, after, isBreaking }) => (
                <Table.Tr key={part}>
                  <Table.Td className={classes.cell}>
                    <div className={classes.name}>{part}</div>
                    {isBreaking && <BreakingMark />}
                  </Table.Td>
                  <Table.Td className={classes.cell}>
                    <Lines lines={before} mark="del" />
                  </Table.Td>
                  <Table.Td className={classes.cell}>
                    <Lines lines={after} mark="ins" />
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </DataTable>
        </section>
      )}
      {definitions && <ComparedDefinition before={definitions[0]} after={definitions[1]} />}
    </>
  );
}

function Lines({ lines, mark: Mark }: { readonly lines: readonly string[]; readonly mark: 'del' | 'ins' }) {
  if (lines.length === 0) {
    return (
      <Text size="sm" c="dimmed" fs="italic">
        none
      </Text>
    );
  }
  return (
    <ul className={classes.lines}>
      {lines.map((line) => (
        <li key={line}>
          <Mark>
            <bdi>{line}</bdi>
          </Mark>
        </li>
      ))}
    </ul>
  );
}

const SIGNS: Readonly<Record<DiffLine['kind'], string>> = { same: ' ', before: '−', after: '+', gap: ' ' };

function ComparedDefinition({ before, after }: { readonly before: string; readonly after: string }) {
  const lines = useMemo(() => numbered(withoutFar(diffLines(before, after))), [before, after]);
  return (
    <section>
      <Title order={2} size="h5" mb={6}>
        Definition
      </Title>

      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be within reach of the keyboard */}
      <section className={classes.text} tabIndex={0} aria-label="Compared definition">
        <pre className={classes.code}>
          {lines.map(({ number, kind, text }) => {
            const Mark = kind === 'before' ? 'del' : kind === 'after' ? 'ins' : 'span';
            return (
              <Mark key={number} className={classes.line} data-kind={kind}>
                <span className={classes.sign} aria-hidden>
                  {SIGNS[kind]}
                </span>
                <bdi>{text}</bdi>
              </Mark>
            );
          })}
        </pre>
      </section>
    </section>
  );
}

function numbered(lines: readonly DiffLine[]) {
  return lines.map((line, number) => ({ number, ...line }));
}
