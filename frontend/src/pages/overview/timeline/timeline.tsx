import { useLayoutEffect, useMemo, useRef, useState } from 'react';
import { useNavigate } from 'react-router';
import { isActive } from '@/components/status';
import { runsOf } from '@/lib/run-columns';
import { useSteadyNow } from '@/lib/use-steady-now';
import type { TimelineQuery } from '../overview.generated';
import { Detail } from './detail';
import { Lane, type LaneData } from './lane';
import { fraction, type Span, spotOf, stepFrom, ticksOf } from './layout';
import classes from './timeline.module.css';
import { useLaneWindow } from './use-lane-window';

/** Pixels; `--lane` in the stylesheet. */
const LANE_HEIGHT = 26;
const DETAIL_WIDTH = 290;
const HALF_MINUTE = 30_000;

interface TimelineProps {
  readonly answer: TimelineQuery['runTimeline'];
  readonly span: Span;
}

interface Shown {
  readonly runId: string;
  readonly lane: number;
  readonly left: number;
  readonly top: number;
}

/**
 * A lane for each endpoint, a mark for each run. Only the lanes in view are in the document. The whole is one stop
 * of the Tab key; the arrow keys go from run to run, Enter opens one.
 */
export function Timeline({ answer, span }: TimelineProps) {
  const lanes = useMemo(() => lanesOf(answer), [answer]);
  const frame = useRef<HTMLDivElement>(null);
  const scroller = useRef<HTMLDivElement>(null);
  const isMoving = useRef(false);
  const navigate = useNavigate();
  const now = useSteadyNow(HALF_MINUTE);
  const [atRun, setAtRun] = useState<string | null>(null);
  const [shown, setShown] = useState<Shown | null>(null);
  const { first, end, measure, reveal } = useLaneWindow(scroller, LANE_HEIGHT, lanes.length);
  const at = useMemo(() => spotOf(lanes, atRun) ?? { lane: 0, run: 0 }, [lanes, atRun]);
  const tabStop = lanes[at.lane]?.runs[at.run]?.id ?? null;

  useLayoutEffect(() => {
    if (!isMoving.current) return;
    isMoving.current = false;
    reveal(at.lane);
    markOf(scroller.current, tabStop)?.focus({ preventScroll: true });
  }, [at, tabStop, reveal]);

  const onKeyDown = (event: React.KeyboardEvent) => {
    if (event.key === 'Escape') setShown(null);
    const next = stepFrom(lanes, at, event.key);
    const runId = next && lanes[next.lane]?.runs[next.run]?.id;
    if (runId == null) return;
    event.preventDefault();
    isMoving.current = true;
    setAtRun(runId);
  };

  const show = (target: EventTarget) => setShown(placeDetail(markAround(target), frame.current));
  const onFocus = ({ target }: React.FocusEvent) => {
    const runId = markAround(target)?.dataset.run;
    if (runId === undefined) return;
    setAtRun(runId);
    show(target);
  };

  const onClick = (event: React.MouseEvent) => {
    const href = markAround(event.target)?.getAttribute('href');
    if (href == null || event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    void navigate(href);
  };

  const rows = visibleRows(first, end, at.lane, lanes.length);
  const shownLane = shown && lanes[shown.lane];
  const shownRun = shownLane?.runs.find(({ id }) => id === shown?.runId);
  return (
    <div className={classes.frame} ref={frame} onPointerLeave={() => setShown(null)}>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: the events are those of the links inside */}
      <div
        className={classes.scroller}
        ref={scroller}
        onScroll={() => {
          measure();
          setShown(null);
        }}
        onKeyDown={onKeyDown}
        onFocus={onFocus}
        onBlur={() => setShown(null)}
        onPointerOver={({ target }) => show(target)}
        onClick={onClick}
      >
        <Axis span={span} now={now} />
        <ul
          aria-label="Runs of the last 24 hours, by endpoint"
          className={classes.lanes}
          style={{ height: lanes.length * LANE_HEIGHT }}
        >
          {rows.map((index) => {
            const lane = lanes[index];
            if (lane === undefined) return null;
            const isMoving = lane.runs.some(({ status }) => isActive(status));
            return (
              <Lane
                key={lane.endpointId}
                lane={lane}
                index={index}
                count={lanes.length}
                span={span}
                now={isMoving ? now : 0}
                tabStop={index === at.lane ? tabStop : null}
              />
            );
          })}
        </ul>
      </div>
      {shown && shownLane && shownRun && (
        <Detail run={shownRun} endpointName={shownLane.endpointName} left={shown.left} top={shown.top} />
      )}
    </div>
  );
}

function lanesOf(answer: TimelineQuery['runTimeline']): readonly LaneData[] {
  return answer.map(({ runColumns, ...lane }) => ({ ...lane, runs: runsOf(runColumns) }));
}

/** The hours above the lanes, and their lines behind them. */
function Axis({ span, now }: { readonly span: Span; readonly now: number }) {
  const ticks = useMemo(() => ticksOf(span, 3), [span]);
  const left = (moment: number) => `${fraction(moment, span.from, span.to) * 100}%`;
  return (
    <div className={classes.axis} aria-hidden="true">
      <div className={classes.hours}>
        {ticks.map(({ at, label }) => (
          <span key={at} className={classes.hour} style={{ left: left(at) }}>
            {label}
          </span>
        ))}
      </div>
      <div className={classes.lines}>
        {ticks.map(({ at }) => (
          <span key={at} className={classes.line} style={{ left: left(at) }} />
        ))}
        <span className={classes.now} style={{ left: left(now) }} />
      </div>
    </div>
  );
}

/** The lanes to draw: those in view, and the one that the keyboard is in, so that the focus is not lost. */
function visibleRows(first: number, end: number, at: number, count: number): readonly number[] {
  const rows = Array.from({ length: Math.max(0, Math.min(end, count) - first) }, (_, row) => first + row);
  return at >= first && at < end ? rows : [...rows, at];
}

function markAround(target: EventTarget): SVGAElement | null {
  return target instanceof Element ? target.closest<SVGAElement>('a[data-run]') : null;
}

function markOf(scroller: HTMLElement | null, runId: string | null): SVGAElement | null {
  return scroller?.querySelector<SVGAElement>(`a[data-run="${runId}"]`) ?? null;
}

function placeDetail(mark: SVGAElement | null, frame: HTMLElement | null): Shown | null {
  const { run: runId, lane } = mark?.dataset ?? {};
  const glyph = mark?.lastElementChild?.getBoundingClientRect();
  if (runId === undefined || glyph === undefined || frame === null) return null;
  const { left, top, width } = frame.getBoundingClientRect();
  const wanted = glyph.left + glyph.width / 2 - left - DETAIL_WIDTH / 2;
  return {
    runId,
    lane: Number(lane),
    left: Math.max(0, Math.min(wanted, width - DETAIL_WIDTH)),
    top: glyph.bottom - top + 6,
  };
}
