import { describe, expect, it } from 'vitest';
import { dayTicks, stepNear, stepPath, stepsOf, ticksUpTo } from './step-series';

describe('stepsOf', () => {
  it('lets each value hold until the next, and the last until the end', () => {
    const samples = [
      { at: 0, value: 5 },
      { at: 40, value: 7 },
    ];
    expect(stepsOf(samples, 10, 100)).toEqual([
      { from: 10, to: 40, value: 5, at: 0 },
      { from: 40, to: 100, value: 7, at: 40 },
    ]);
  });

  it('has none where nothing was known, nor outside', () => {
    const samples = [
      { at: 0, value: 5 },
      { at: 20, value: null },
      { at: 60, value: 7 },
      { at: 200, value: 9 },
    ];
    expect(stepsOf(samples, 10, 100).map(({ from, to }) => [from, to])).toEqual([
      [10, 20],
      [60, 100],
    ]);
  });
});

describe('stepNear', () => {
  const steps = stepsOf(
    [
      { at: 0, value: 5 },
      { at: 20, value: null },
      { at: 60, value: 7 },
    ],
    0,
    100,
  );

  it('is the one that held, or else the nearest', () => {
    expect([5, 30, 50, 99, 500].map((moment) => stepNear(steps, moment))).toEqual([0, 0, 1, 1, 1]);
    expect(stepNear([], 5)).toBe(-1);
  });
});

describe('ticksUpTo', () => {
  it('goes by round numbers', () => {
    expect(ticksUpTo(8501, 'count')).toEqual([0, 5000, 10_000]);
    expect(ticksUpTo(3, 'count')).toEqual([0, 1, 2, 3]);
    expect(ticksUpTo(0, 'count')).toEqual([0, 1]);
    expect(ticksUpTo(100, 'count')).toEqual([0, 50, 100]);
  });

  it('goes by powers of two for bytes', () => {
    expect(ticksUpTo(3 * 1024 ** 2, 'bytes')).toEqual([0, 1, 2, 3].map((one) => one * 1024 ** 2));
    expect(ticksUpTo(2 ** 33, 'bytes')).toHaveLength(5);
  });
});

describe('dayTicks', () => {
  it('are beginnings of days, evenly apart', () => {
    const from = new Date(2026, 10, 1, 15).getTime();
    const ticks = dayTicks(from, new Date(2026, 10, 21, 15).getTime(), 5);
    expect(ticks.map((tick) => new Date(tick).getDate())).toEqual([2, 6, 10, 14, 18]);
    expect(new Set(ticks.map((tick) => new Date(tick).getHours()))).toEqual(new Set([0]));
  });
});

describe('stepPath', () => {
  it('goes up and down where values meet, and breaks where nothing was known', () => {
    const steps = stepsOf(
      [
        { at: 0, value: 1 },
        { at: 10, value: 2 },
        { at: 20, value: null },
        { at: 30, value: 3 },
      ],
      0,
      40,
    );
    const same = (value: number) => value;
    expect(stepPath(steps, same, same)).toBe('M0 1H10V2H20M30 3H40');
  });
});
