import type { RunStatus, RunTrigger } from '@/components/status';

/** What the contract's RunColumns holds: lists of one length. Times are milliseconds since 1970. */
export interface RunColumns {
  readonly id: readonly string[];
  readonly status: readonly RunStatus[];
  readonly trigger: readonly RunTrigger[];
  readonly requestedAt: readonly number[];
  readonly startedAt: readonly (number | null)[];
  readonly completedAt: readonly (number | null)[];
}

/** A row of them. */
export type ColumnsRun = { readonly [Column in keyof RunColumns]: RunColumns[Column][number] };

/** The runs, one by one. */
export function runsOf({ id, status, trigger, requestedAt, startedAt, completedAt }: RunColumns) {
  return id.map((each, row): ColumnsRun => {
    const run = { status: status[row], trigger: trigger[row], requestedAt: requestedAt[row] };
    if (run.status === undefined || run.trigger === undefined || run.requestedAt === undefined) {
      throw new RangeError('The columns differ in length.');
    }
    return {
      id: each,
      status: run.status,
      trigger: run.trigger,
      requestedAt: run.requestedAt,
      startedAt: startedAt[row] ?? null,
      completedAt: completedAt[row] ?? null,
    };
  });
}
