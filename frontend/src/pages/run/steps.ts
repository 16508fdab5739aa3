import type { RunStepName, RunStepState } from './run.generated';

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

/** A value before or after a change, as text. */
export function valueText(value: unknown): string {
  if (value === null || value === undefined) return '–';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
