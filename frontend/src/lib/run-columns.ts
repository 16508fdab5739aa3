import type { RunStatus } from '@/components/status';

/** What the contract's RunColumns holds: lists of one length. Times are milliseconds since 1970. */
export interface RunColumns {
  readonly id: readonly string[];
  readonly status: readonly RunStatus[];
  readonly trigger: readonly ('MANUAL' | 'SCHEDULE' | 'REGISTRATION')[];
  readonly requestedAt: readonly number[];
  readonly startedAt: readonly (number | null)[];
  readonly completedAt: readonly (number | null)[];
}
