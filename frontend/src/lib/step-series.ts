/** A value as it was observed; it held until the next. */
export interface Sample {
  /** Milliseconds. */
  readonly at: number;
  /** null: from then on it was not known. */
  readonly value: number | null;
}

/** A span in which one value held. */
export interface Step {
  readonly from: number;
  readonly to: number;
  readonly value: number;
  /** When it was observed; may be before `from`. */
  readonly at: number;
}

/** The steps that `samples`, the oldest first, make between two moments. Where nothing was known there is none. */
export function stepsOf(samples: readonly Sample[], from: number, to: number): readonly Step[] {
  return samples.flatMap(({ at, value }, index): Step[] => {
    const end = Math.min(samples[index + 1]?.at ?? to, to);
    const start = Math.max(at, from);
    return value === null || start > to || end < from
      ? []
      : [{ from: start, to: Math.max(start, end), value, at }];
  });
}

/** The place of the step that held at `moment`, or of the one nearest to it; -1 when there are none. */
export function stepNear(steps: readonly Step[], moment: number): number {
  const distances = steps.map(({ from, to }) => Math.max(from - moment, moment - to, 0));
  return distances.indexOf(Math.min(...distances));
}

/** Even marks from 0 up to `max` or the next beyond it, at most five; bytes go by powers of two. */
export function ticksUpTo(max: number, unit: 'count' | 'bytes'): readonly number[] {
  const least = Math.max(max, 1) / 4;
  const step = unit === 'bytes' ? 2 ** Math.ceil(Math.log2(least)) : roundStep(least);
  const size = Math.max(step, 1);
  return Array.from({ length: Math.max(1, Math.ceil(max / size)) + 1 }, (_, index) => index * size);
}

/** The next of 1, 2, 5, 10, 20, 50, … */
function roundStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least));
  const factor = [1, 2, 5, 10].find((one) => one * power >= least * (1 - 1e-9)) ?? 10;
  return factor * power;
}

/** The beginnings of days of the viewer's zone between two moments, evenly apart, about `count` of them. */
export function dayTicks(from: number, to: number, count: number): readonly number[] {
  const days = (to - from) / 86_400_000;
  const every = Math.max(1, Math.ceil(days / count));
  const day = new Date(from);
  day.setHours(0, 0, 0, 0);
  const ticks: number[] = [];
  for (day.setDate(day.getDate() + 1); day.getTime() <= to; day.setDate(day.getDate() + every)) {
    ticks.push(day.getTime());
  }
  return ticks;
}

/** The outline of steps as the `d` of an SVG path; it breaks where nothing was known. */
export function stepPath(
  steps: readonly Step[],
  x: (moment: number) => number,
  y: (value: number) => number,
): string {
  let path = '';
  let end = Number.NaN;
  for (const { from, to, value } of steps) {
    path += from === end ? `V${round(y(value))}` : `M${round(x(from))} ${round(y(value))}`;
    path += `H${round(x(to))}`;
    end = to;
  }
  return path;
}

function round(pixels: number): number {
  return Math.round(pixels * 10) / 10;
}
