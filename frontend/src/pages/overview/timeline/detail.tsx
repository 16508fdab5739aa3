import { Duration } from '@/components/duration';
import { StatusChip } from '@/components/status';
import type { ColumnsRun } from '@/lib/run-columns';
import { exactTime } from '@/lib/time';
import classes from './timeline.module.css';

const TRIGGERS = { MANUAL: 'asked for', SCHEDULE: 'by schedule', REGISTRATION: 'at registration' } as const;

interface DetailProps {
  readonly run: ColumnsRun;
  readonly endpointName: string;
  /** Where its upper left corner is, in pixels within the timeline. */
  readonly left: number;
  readonly top: number;
}

/** What is to be known of the run that the pointer or the keyboard is at. */
export function Detail({ run, endpointName, left, top }: DetailProps) {
  const { status, trigger, requestedAt, startedAt, completedAt } = run;
  const took = startedAt !== null && completedAt !== null ? completedAt - startedAt : null;
  return (
    <div className={classes.detail} style={{ left, top }} role="tooltip">
      <div className={classes.detailHead}>
        <StatusChip status={status} />
        <bdi className={classes.detailName}>{endpointName}</bdi>
      </div>
      <div>{exactTime(startedAt ?? requestedAt)}</div>
      <div>
        {startedAt === null ? 'Not begun' : completedAt === null ? 'For ' : 'Took '}
        {startedAt !== null && <Duration ms={took} since={startedAt} />}, {TRIGGERS[trigger]}
      </div>
    </div>
  );
}
