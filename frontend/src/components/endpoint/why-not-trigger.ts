import type { RunStatus } from '@/components/status';

/** What decides whether an endpoint can be collected now. */
export interface Collectable {
  readonly capabilities: readonly string[];
  readonly collections: readonly {
    readonly isEnabled: boolean;
    readonly activeRun: { readonly status: RunStatus } | null;
  }[];
  readonly runs: readonly unknown[];
}

/** Why a run would be refused now, in a sentence; null when it would not. */
export function whyNotTrigger({ capabilities, collections, runs }: Collectable): string | null {
  if (!capabilities.includes('metadata')) {
    return 'This endpoint has no connector that collects metadata.';
  }
  const [collection] = collections;
  // an endpoint that never had a collection gets one with its first run; one that had does not
  if (collection === undefined) {
    return runs.length > 0 ? 'The collection of this endpoint was deleted.' : null;
  }
  if (!collection.isEnabled) return 'The collection is disabled.';
  if (collection.activeRun === null) return null;
  return collection.activeRun.status === 'QUEUED' ? 'A run is queued already.' : 'A run is under way.';
}
