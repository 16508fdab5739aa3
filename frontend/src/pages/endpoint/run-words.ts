import { count, counted } from '@/lib/numbers';
import type { RunRowFragment } from './endpoint.generated';

export const TRIGGER_WORDS = {
  MANUAL: 'Hand',
  SCHEDULE: 'Schedule',
  REGISTRATION: 'Registration',
} as const satisfies Record<RunRowFragment['trigger'], string>;

type Outcome = Pick<RunRowFragment, 'status' | 'error' | 'errorCode' | 'skipReason' | 'stats'>;

/** What came of a run, in a line: why it failed or was skipped, or what it found. */
export function runOutcome({ status, error, errorCode, skipReason, stats }: Outcome): string {
  if (status === 'QUEUED') return 'Waits for a worker';
  if (status === 'RUNNING') return 'Under way';
  if (error !== null) return errorCode === null ? error : `${errorCode}: ${error}`;
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
