import { count, counted } from '@/lib/numbers';
import type { HeldFragment, RemovalDecision, RemovedByRunQuery } from './held-removals.generated';

/** What tells one held lot from another of the same run. */
export function heldKey({ run, decision, decidedAt }: HeldFragment): string {
  return [run.id, decision, decidedAt].join(' ');
}

/** What is held, or what became of it, in a few words. */
export function heldTitle({ count: held, liveCount, decision }: HeldFragment): string {
  const datasets = counted(held, 'dataset');
  switch (decision) {
    case null:
      return `Removal of ${count(held)} of ${counted(liveCount, 'dataset')} waits for a decision`;
    case 'APPROVED':
      return `${datasets} removed, as approved`;
    case 'DISMISSED':
      return `${datasets} kept`;
    case 'RESTORED':
      return `${datasets} brought back`;
    case 'SUPERSEDED':
      return `A later run holds the removal of ${datasets}`;
    case 'SEEN':
      return `A later run saw ${datasets} again`;
  }
}

/** Why the run did not remove them, as far as the numbers tell. */
export function whyHeld({ count: held, liveCount, run, endpoint }: HeldFragment): string {
  const { removalSharePercent: share, removalMinimum: minimum } = endpoint.policy;
  if (run.stats?.seen === 0) {
    return 'The source showed no dataset at all. It may be an empty copy, or the account may have lost its rights.';
  }
  if (held >= minimum && held * 100 > liveCount * share) {
    return `More than ${share} % of the endpoint’s datasets would go at once. A right may have been lost, or a filter made narrower.`;
  }
  return 'They were kept by a person before, or the endpoint’s limit was lower when the run ended.';
}

/** Whether a person decided: a name and a moment stand for it. */
export function isByPerson(decision: RemovalDecision | null): boolean {
  return decision === 'APPROVED' || decision === 'DISMISSED' || decision === 'RESTORED';
}

/** What an undo would bring back. */
export interface StillGone {
  readonly names: readonly string[];
  /** “35 datasets”; with “up to” when not all of them were looked at. */
  readonly words: string;
}

/** What a run removed and has not come back since; null when nothing is left of it. */
export function stillGone({ nodes, totalCount }: RemovedByRunQuery['catalogChanges']): StillGone | null {
  const names = nodes
    .filter(({ at, dataset }) => dataset.removedAt === at)
    .map(({ dataset }) => dataset.displayName);
  if (names.length === 0) return null;
  const unknown = totalCount - nodes.length;
  const words = counted(names.length + unknown, 'dataset');
  return { names, words: unknown > 0 ? `up to ${words}` : words };
}
