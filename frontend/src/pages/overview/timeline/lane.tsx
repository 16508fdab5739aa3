import { memo } from 'react';
import { Link } from 'react-router';
import { IconAlertTriangle } from '@/components/icons';
import { STATUS_LOOKS } from '@/components/status';
import { counted } from '@/lib/numbers';
import type { ColumnsRun } from '@/lib/run-columns';
import { dayAndTime } from '@/lib/time';
import type { TimelineQuery } from '../overview.generated';
import { Glyph } from './glyph';
import { paintOrder, placeOf, type Span } from './layout';
import classes from './timeline.module.css';

export interface LaneData extends Omit<TimelineQuery['runTimeline'][number], 'runColumns'> {
  readonly runs: readonly ColumnsRun[];
}

interface LaneProps {
  readonly lane: LaneData;
  readonly index: number;
  readonly count: number;
  readonly span: Span;
  /** The present moment; the lane is drawn anew when it changes. */
  readonly now: number;
  /** The run that the keyboard is at, when it is in this lane. */
  readonly tabStop: string | null;
}

/** An endpoint's runs on the time axis. */
export const Lane = memo(function Lane({ lane, index, count, span, now, tabStop }: LaneProps) {
  const { endpointId, endpointName, isFailing, omitted, runs } = lane;
  const more = omitted > 0 ? `, ${counted(omitted, 'older run')} not shown` : '';
  return (
    <li
      aria-setsize={count}
      aria-posinset={index + 1}
      className={classes.lane}
      style={{ top: `calc(${index} * var(--lane))` }}
    >
      <div className={classes.name} title={`${endpointName}${more}`}>
        {isFailing && <IconAlertTriangle className={classes.failing} size={14} aria-label="Failing:" />}
        <Link to={`/endpoints/${endpointId}`} tabIndex={-1} className={classes.link}>
          <bdi>{endpointName}</bdi>
        </Link>
      </div>
      <svg className={classes.plot} aria-label={`Runs of ${endpointName}${more}`}>
        {paintOrder(runs).map((run) => (
          <Mark key={run.id} run={run} lane={index} span={span} now={now} isTabStop={run.id === tabStop} />
        ))}
      </svg>
    </li>
  );
});

interface MarkProps {
  readonly run: ColumnsRun;
  readonly lane: number;
  readonly span: Span;
  readonly now: number;
  readonly isTabStop: boolean;
}

function Mark({ run, lane, span, now, isTabStop }: MarkProps) {
  const { x, width } = placeOf(run, span, now);
  return (
    <a
      href={`/runs/${run.id}`}
      className={classes.mark}
      data-status={run.status}
      data-run={run.id}
      data-lane={lane}
      tabIndex={isTabStop ? 0 : -1}
      aria-label={`${STATUS_LOOKS[run.status].label}, ${dayAndTime(run.startedAt ?? run.requestedAt)}`}
    >
      <rect className={classes.length} x={percent(x)} width={percent(width)} y="9" height="8" />
      <svg x={percent(x)} y="50%" overflow="visible" aria-hidden="true">
        <rect className={classes.target} x="-6" y="-12" width="12" height="24" rx="3" />
        <Glyph status={run.status} />
      </svg>
    </a>
  );
}

function percent(fraction: number): string {
  return `${(fraction * 100).toFixed(3)}%`;
}
