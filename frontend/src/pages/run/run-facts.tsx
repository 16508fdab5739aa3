import { Anchor, Text } from '@mantine/core';
import { Duration } from '@/components/duration';
import { IconExternalLink } from '@/components/icons';
import { RelativeTime } from '@/components/relative-time';
import { TRIGGER_LABELS } from '@/components/status';
import { Truncate } from '@/components/truncate';
import { count } from '@/lib/numbers';
import { dayAndTime } from '@/lib/time';
import type { RunQuery } from './run.generated';
import classes from './run.module.css';

type Run = NonNullable<RunQuery['collectionRun']>;

/** Who asked for a run and why, when it began and ended. */
export function RunFacts({ run }: { readonly run: Run }) {
  const schemas = schemasOf(run.filters);
  return (
    <dl className={classes.facts}>
      <Fact name="Trigger">
        {TRIGGER_LABELS[run.trigger]}
        {run.requestedBy !== null && (
          <Below>
            <Truncate>{run.requestedBy}</Truncate>
          </Below>
        )}
      </Fact>
      {run.scheduledFor !== null && <Moment name="Scheduled for" at={run.scheduledFor} />}
      <Moment name="Requested" at={run.requestedAt} />
      <Moment name="Started" at={run.startedAt} />
      <Moment name="Completed" at={run.completedAt} />
      <Fact name="Duration">
        <Duration ms={run.durationMs} since={run.completedAt === null ? run.startedAt : null} />
      </Fact>
      {schemas !== null && (
        <Fact name="Only schemas">
          <Truncate>{schemas}</Truncate>
        </Fact>
      )}
      {run.temporalUrl !== null && (
        <Fact name="Workflow">
          <Anchor href={run.temporalUrl} target="_blank" rel="noreferrer" size="sm">
            Open in Temporal <IconExternalLink size={13} aria-hidden />
          </Anchor>
        </Fact>
      )}
    </dl>
  );
}

/** What a run found, in numbers. */
export function RunFigures({ run }: { readonly run: Run }) {
  const { stats, redactions } = run;
  if (stats === null) return null;
  const figures: readonly (readonly [string, number, boolean])[] = [
    ['Read', stats.seen, true],
    ['Added', stats.added, true],
    ['Changed', stats.changed, true],
    ['Removed', stats.removed, true],
    ['Unchanged', stats.unchanged, true],
    ['Columns', stats.columns, true],
    ['Not readable', stats.failed, stats.failed > 0],
    ['Left out', stats.filtered, stats.filtered > 0],
    ['Removals held back', stats.heldRemovals, stats.heldRemovals > 0],
    ['Secrets masked', redactions, redactions > 0],
  ];
  return (
    <dl className={classes.facts}>
      {figures
        .filter(([, , isShown]) => isShown)
        .map(([name, value]) => (
          <Fact key={name} name={name}>
            <span className={classes.figure}>{count(value)}</span>
          </Fact>
        ))}
    </dl>
  );
}

function Moment({ name, at }: { readonly name: string; readonly at: string | null }) {
  return (
    <Fact name={name}>
      <RelativeTime at={at} />
      {at !== null && <Below>{dayAndTime(at)}</Below>}
    </Fact>
  );
}

function Below({ children }: { readonly children: React.ReactNode }) {
  return (
    <Text size="xs" c="dimmed" component="div">
      {children}
    </Text>
  );
}

function Fact({ name, children }: { readonly name: string; readonly children: React.ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function schemasOf(filters: unknown): string | null {
  const schemas = (filters as { schemas?: unknown } | null)?.schemas;
  return Array.isArray(schemas) && schemas.length > 0 ? schemas.join(', ') : null;
}
