import { isActive, type RunStatus } from '@/components/status';
import { clockTime, viewerZone, weekday } from '@/lib/time';

/** The span of time that a timeline shows, in milliseconds. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

export interface TimelineRun {
  readonly id: string;
  readonly status: RunStatus;
  /** Milliseconds, as the other times. */
  readonly requestedAt: number;
  readonly startedAt: number | null;
  readonly completedAt: number | null;
}

export interface TimelineLane<Run extends TimelineRun = TimelineRun> {
  readonly endpointId: string;
  readonly runs: readonly Run[];
}

/** Where something lies on the time axis: fractions of its length. */
export interface Place {
  readonly x: number;
  readonly width: number;
}

const QUARTER_HOUR = 900_000;

/** Where a run lies; one that has not ended reaches to `now`. */
export function placeOf(run: TimelineRun, { from, to }: Span, now: number): Place {
  const begin = run.startedAt ?? run.requestedAt;
  const end = run.completedAt ?? (isActive(run.status) ? now : begin);
  const x = fraction(begin, from, to);
  return { x, width: Math.max(0, fraction(end, from, to) - x) };
}

/** Where a moment lies, at most at the ends. */
export function fraction(moment: number, from: number, to: number): number {
  return Math.min(1, Math.max(0, (moment - from) / (to - from)));
}

export interface Tick {
  readonly at: number;
  readonly label: string;
}

/** The full hours of the viewer's clock in `span`, every `hours`; midnight bears the day’s name. */
export function ticksOf({ from, to }: Span, hours: number, timeZone = viewerZone()): readonly Tick[] {
  const ticks: Tick[] = [];
  for (let at = Math.ceil(from / QUARTER_HOUR) * QUARTER_HOUR; at < to; at += QUARTER_HOUR) {
    const label = clockTime(at, timeZone);
    const [hour, minute] = label.split(':').map(Number);
    if (minute === 0 && (hour ?? 0) % hours === 0) {
      ticks.push({ at, label: hour === 0 ? weekday(at, timeZone) : label });
    }
  }
  return ticks;
}

/** What hides less stands behind: a failed run is seen over the successful ones around it. */
const PAINTED: readonly RunStatus[] = [
  'SUCCEEDED',
  'SKIPPED',
  'CANCELED',
  'QUEUED',
  'RUNNING',
  'PARTIAL',
  'FAILED',
];

/** The runs in the order in which they are to be drawn. */
export function paintOrder<Run extends TimelineRun>(runs: readonly Run[]): readonly Run[] {
  return [...runs].sort((one, other) => PAINTED.indexOf(one.status) - PAINTED.indexOf(other.status));
}

/** The first lane in view and the one after the last, with `spare` more on either side. */
export function lanesInView(
  scrollTop: number,
  height: number,
  laneHeight: number,
  count: number,
  spare = 6,
): readonly [number, number] {
  const first = Math.floor(scrollTop / laneHeight) - spare;
  const end = Math.ceil((scrollTop + height) / laneHeight) + spare;
  return [Math.max(0, Math.min(first, count)), Math.min(count, Math.max(0, end))];
}

/** A run's place in the lanes. */
export interface Spot {
  readonly lane: number;
  readonly run: number;
}

/** Where the run with this id is; null when it is nowhere. */
export function spotOf(lanes: readonly TimelineLane[], runId: string | null): Spot | null {
  if (runId === null) return null;
  for (const [lane, { runs }] of lanes.entries()) {
    const run = runs.findIndex(({ id }) => id === runId);
    if (run >= 0) return { lane, run };
  }
  return null;
}

/**
 * Where a key leads from `spot`: along the lane, to the run that is nearest in time in the lane above or below, or
 * to the ends. Null for a key that leads nowhere.
 */
export function stepFrom(lanes: readonly TimelineLane[], { lane, run }: Spot, key: string): Spot | null {
  const last = (lanes[lane]?.runs.length ?? 1) - 1;
  switch (key) {
    case 'ArrowLeft':
      return { lane, run: Math.max(0, run - 1) };
    case 'ArrowRight':
      return { lane, run: Math.min(last, run + 1) };
    case 'Home':
      return { lane, run: 0 };
    case 'End':
      return { lane, run: last };
    case 'ArrowUp':
      return nearest(lanes, { lane, run }, -1);
    case 'ArrowDown':
      return nearest(lanes, { lane, run }, 1);
    case 'PageUp':
      return nearest(lanes, { lane, run }, -10);
    case 'PageDown':
      return nearest(lanes, { lane, run }, 10);
    default:
      return null;
  }
}

function nearest(lanes: readonly TimelineLane[], from: Spot, by: number): Spot {
  const lane = Math.min(lanes.length - 1, Math.max(0, from.lane + by));
  const runs = lanes[lane]?.runs ?? [];
  const here = lanes[from.lane]?.runs[from.run];
  if (here === undefined || runs.length === 0) return from;
  const distances = runs.map((run) => Math.abs(run.requestedAt - here.requestedAt));
  return { lane, run: distances.indexOf(Math.min(...distances)) };
}
