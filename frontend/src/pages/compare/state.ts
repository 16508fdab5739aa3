import { count } from '@/lib/numbers';
import { dayAndTime } from '@/lib/time';
import { flag, moment, text, texts, type UrlValues } from '@/lib/url-state';
import type { CompareQuery, CompareQueryVariables } from './compare.generated';

/** What the page's address says. A side is a run or a moment; without either the later side is now. */
export const FIELDS = {
  endpoint: text(),
  from: moment(),
  fromRun: text(),
  to: moment(),
  toRun: text(),
  open: flag(),
  trail: texts(),
};
export type State = UrlValues<typeof FIELDS>;

/** Whether there is enough to compare. */
export function isComparable({ endpoint, from, fromRun }: State): boolean {
  return endpoint !== '' && (from !== null || fromRun !== '');
}

/** What the address says, as the server takes it; of a run and a moment for one side, the run counts. */
export function variablesOf({ endpoint, from, fromRun, to, toRun, trail }: State): CompareQueryVariables {
  return {
    endpointId: endpoint,
    from: fromRun === '' ? from : null,
    fromRunId: fromRun || null,
    to: toRun === '' ? to : null,
    toRunId: toRun || null,
    after: trail.at(-1) ?? null,
  };
}

/** A run, or a moment, for one side of the comparison. */
export interface Side {
  readonly run: string;
  readonly moment: string | null;
}

interface Run {
  readonly requestedAt: string;
  readonly completedAt: string | null;
  readonly stats: { readonly added: number; readonly changed: number; readonly removed: number } | null;
}

/** A run in a list to choose from: when it ended and what it found. */
export function runLabel({ completedAt, requestedAt, stats }: Run): string {
  const when = dayAndTime(completedAt ?? requestedAt);
  if (stats === null) return when;
  return `${when} · +${count(stats.added)} ~${count(stats.changed)} −${count(stats.removed)}`;
}

/** What comes with the two choices changed round. */
export function exchanged({ from, fromRun, to, toRun }: State) {
  return { from: to, fromRun: toRun, to: from, toRun: fromRun };
}

type Comparison = CompareQuery['compareCatalog'];
export type Difference = Comparison['nodes'][number];

/** Whether those who read the dataset can trip over what differs. */
export function isBreaking({ kind, changes }: Difference): boolean {
  return kind === 'REMOVED' || changes.some((change) => change.isBreaking);
}

/** How many datasets differ, on all pages together. */
export function totalOf({ added, changed, removed }: Comparison): number {
  return added + changed + removed;
}
