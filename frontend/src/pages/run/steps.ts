import type { RunQuery, RunStepName, RunStepState } from './run.generated';

type Run = NonNullable<RunQuery['collectionRun']>;

export const STEP_LABELS: Readonly<Record<RunStepName, string>> = {
  START: 'Start',
  PREPARE: 'Prepare',
  INGEST: 'Read the source',
  PERSIST: 'Store in the catalog',
  COMPLETE: 'Finish',
};

export const STATE_LABELS: Readonly<Record<RunStepState, string>> = {
  PENDING: 'Not begun',
  RUNNING: 'Under way',
  DONE: 'Done',
  FAILED: 'Failed',
  SKIPPED: 'Not reached',
  CANCELED: 'Canceled',
};

/** Milliseconds between two moments; null while one of them is not there. */
export function msBetween(from: string | null, to: string | null): number | null {
  return from === null || to === null ? null : Math.max(0, Date.parse(to) - Date.parse(from));
}

/** How far a run is, in percent; null when the number of objects is not known. */
export function percentDone(done: number, total: number | null): number | null {
  return total === null || total <= 0 ? null : Math.min(100, (done / total) * 100);
}

/** The phases that connectors name; others stand as they were named. */
const PHASE_LABELS: Readonly<Record<string, string>> = {
  connecting: 'Connecting to the source',
  listing: 'Listing what the source holds',
  reading: 'Reading the source',
};

/** What a running run is at, in words. */
export function phaseWords({ progress, steps }: Pick<Run, 'progress' | 'steps'>): string {
  const stateOf = (wanted: RunStepName) => steps.find(({ name }) => name === wanted)?.state;
  if (stateOf('COMPLETE') === 'RUNNING' || stateOf('PERSIST') === 'DONE') return 'Finishing';
  if (stateOf('PERSIST') === 'RUNNING') return 'Storing in the catalog';
  if (stateOf('INGEST') === 'DONE') return 'Waiting for its turn to store';
  if (stateOf('INGEST') === 'PENDING' && stateOf('PREPARE') === 'DONE') {
    return 'Waiting for a free place among the sources that are read';
  }
  if (progress === null) return 'Beginning';
  return PHASE_LABELS[progress.phase] ?? progress.phase;
}
