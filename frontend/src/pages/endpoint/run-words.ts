import { count, counted } from '@/lib/numbers';
import type { RunRowFragment } from './endpoint.generated';

export const TRIGGER_WORDS = {
  MANUAL: 'Hand',
  SCHEDULE: 'Schedule',
  REGISTRATION: 'Registration',
} as const satisfies Record<RunRowFragment['trigger'], string>;

type Outcome = Pick<RunRowFragment, 'status' | 'error' | 'skipReason' | 'stats'>;

/** What came of a run, in a line: why it failed or was skipped, or what it found. */
export function runOutcome({ status, error, skipReason, stats }: Outcome): string {
  if (status === 'QUEUED') return 'Waits to begin';
  if (status === 'RUNNING') return 'Under way';
  if (error !== null) return error;
  if (skipReason !== null) return skipReason;
  if (stats === null) return '–';
  const { seen, added, changed, removed } = stats;
  const differences = [
    [added, 'added'],
    [changed, 'changed'],
    [removed, 'removed'],
  ] as const;
  const words = differences.filter(([found]) => found > 0).map(([found, what]) => `${count(found)} ${what}`);
  return [counted(seen, 'dataset'), ...(words.length > 0 ? words : ['no changes'])].join(' · ');
}

/** The newest run that read, or tried to, when it did not read everything. */
export function failureOf<Run extends Pick<RunRowFragment, 'status'>>(runs: readonly Run[]): Run | undefined {
  const last = runs.find(({ status }) => ['SUCCEEDED', 'PARTIAL', 'FAILED'].includes(status));
  return last?.status === 'SUCCEEDED' ? undefined : last;
}
