import { describe, expect, it } from 'vitest';
import { lanesInView, paintOrder, placeOf, spotOf, stepFrom, type TimelineRun, ticksOf } from './layout';

const HOUR = 3_600_000;
const FROM = Date.parse('2026-11-22T09:00:00Z');
const SPAN = { from: FROM, to: FROM + 24 * HOUR };

function at(hours: number): number {
  return FROM + hours * HOUR;
}

function run(id: string, hours: number, more: Partial<TimelineRun> = {}): TimelineRun {
  const moment = at(hours);
  return { id, status: 'SUCCEEDED', requestedAt: moment, startedAt: moment, completedAt: moment, ...more };
}

describe('placeOf', () => {
  it('reaches from start to end', () => {
    expect(placeOf(run('1', 6, { completedAt: at(12) }), SPAN, 0)).toEqual({ x: 0.25, width: 0.25 });
  });

  it('lets a run that goes on reach to now', () => {
    const going = run('1', 12, { status: 'RUNNING', completedAt: null });
    expect(placeOf(going, SPAN, FROM + 18 * HOUR)).toEqual({ x: 0.5, width: 0.25 });
  });

  it('begins a run that never started when it was asked for', () => {
    expect(placeOf(run('1', 6, { status: 'SKIPPED', startedAt: null }), SPAN, 0).x).toBe(0.25);
  });

  it('cuts off what lies outside of the span', () => {
    expect(placeOf(run('1', -6, { completedAt: at(12) }), SPAN, 0)).toEqual({ x: 0, width: 0.5 });
  });
});

describe('ticksOf', () => {
  it('stands on full hours of the viewer’s clock', () => {
    const labels = ticksOf(SPAN, 6, 'Europe/Berlin').map(({ label }) => label);
    expect(labels).toEqual(['12:00', '18:00', 'Mon', '06:00']);
  });

  it('does so too where the zone is half an hour off', () => {
    const [first] = ticksOf(SPAN, 6, 'Asia/Kolkata');
    expect(first).toEqual({ at: Date.parse('2026-11-22T12:30:00Z'), label: '18:00' });
  });
});

describe('paintOrder', () => {
  it('draws failures over everything', () => {
    const drawn = paintOrder([run('bad', 1, { status: 'FAILED' }), run('good', 2)]);
    expect(drawn.map(({ id }) => id)).toEqual(['good', 'bad']);
  });
});

describe('lanesInView', () => {
  it('takes what is seen and a few more', () => {
    expect(lanesInView(1000, 400, 20, 500, 5)).toEqual([45, 75]);
  });

  it('stays within the lanes', () => {
    expect(lanesInView(0, 400, 20, 8, 5)).toEqual([0, 8]);
    expect(lanesInView(90_000, 400, 20, 8, 5)).toEqual([8, 8]);
  });
});

describe('stepFrom', () => {
  const lanes = [
    { endpointId: 'a', runs: [run('1', 1), run('2', 5), run('3', 9)] },
    { endpointId: 'b', runs: [run('4', 2), run('5', 8)] },
  ];

  it('goes along the lane and stops at its ends', () => {
    expect(stepFrom(lanes, { lane: 0, run: 0 }, 'ArrowRight')).toEqual({ lane: 0, run: 1 });
    expect(stepFrom(lanes, { lane: 0, run: 0 }, 'ArrowLeft')).toEqual({ lane: 0, run: 0 });
    expect(stepFrom(lanes, { lane: 0, run: 0 }, 'End')).toEqual({ lane: 0, run: 2 });
  });

  it('goes to the run nearest in time of the next lane', () => {
    expect(stepFrom(lanes, { lane: 0, run: 2 }, 'ArrowDown')).toEqual({ lane: 1, run: 1 });
    expect(stepFrom(lanes, { lane: 1, run: 0 }, 'ArrowUp')).toEqual({ lane: 0, run: 0 });
    expect(stepFrom(lanes, { lane: 1, run: 0 }, 'PageDown')).toEqual({ lane: 1, run: 0 });
  });

  it('leaves other keys alone', () => {
    expect(stepFrom(lanes, { lane: 0, run: 0 }, 'a')).toBeNull();
  });

  it('finds a run again by its id', () => {
    expect(spotOf(lanes, '5')).toEqual({ lane: 1, run: 1 });
    expect(spotOf(lanes, 'gone')).toBeNull();
    expect(spotOf(lanes, null)).toBeNull();
  });
});
