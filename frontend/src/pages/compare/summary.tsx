import { Switch, Text, Title } from '@mantine/core';
import { RenameSuggestions } from '@/components/rename-suggestions';
import { count } from '@/lib/numbers';
import { dayAndTime, exactTime } from '@/lib/time';
import type { CompareQuery } from './compare.generated';
import classes from './compare.module.css';

interface SummaryProps {
  readonly comparison: CompareQuery['compareCatalog'];
  readonly isOpen: boolean;
  readonly onOpen: (isOpen: boolean) => void;
}

/** Between which moments how much differs, and what may have been renamed. */
export function Summary({ comparison, isOpen, onOpen }: SummaryProps) {
  const { from, to, added, changed, removed, renameSuggestions } = comparison;
  const counts = [
    ['ADDED', 'added', added],
    ['CHANGED', 'changed', changed],
    ['REMOVED', 'removed', removed],
  ] as const;
  return (
    <>
      <div className={classes.summary} data-testid="comparison">
        <dl className={classes.counts}>
          {counts.map(([kind, words, value]) => (
            <div key={kind} data-kind={kind} data-none={value === 0 || undefined}>
              <dt>{words}</dt>
              <dd>{count(value)}</dd>
            </div>
          ))}
        </dl>
        <Text size="sm" c="dimmed">
          <Moment at={from} /> to <Moment at={to} />
        </Text>
        <Switch
          label="Show what differs"
          ml="auto"
          checked={isOpen}
          onChange={(event) => onOpen(event.currentTarget.checked)}
        />
      </div>
      {renameSuggestions.length > 0 && (
        <section className={classes.panel} aria-label="Maybe renamed">
          <Title order={2} size="h5" mb={4}>
            Maybe renamed
          </Title>
          <RenameSuggestions suggestions={renameSuggestions} />
        </section>
      )}
    </>
  );
}

function Moment({ at }: { readonly at: string }) {
  return (
    <time dateTime={at} title={exactTime(at)}>
      {dayAndTime(at)}
    </time>
  );
}
