import { expect, it } from 'vitest';
import { spanOf } from './time-range';

const NOW = Date.parse('2026-11-23T09:05:11.250Z');

it('means any time when nothing is chosen', () => {
  expect(spanOf(null, '2026-11-23T00:00', '', NOW)).toEqual({});
});

it('reaches back from the present minute', () => {
  expect(spanOf('24h', '', '', NOW)).toEqual({ from: '2026-11-22T09:05:00.000Z' });
  expect(spanOf('24h', '', '', NOW + 40_000)).toEqual({ from: '2026-11-22T09:05:00.000Z' });
});

it('takes in the whole of the last minute of a chosen span', () => {
  const { from, to } = spanOf('custom', '2026-11-22T08:00', '2026-11-22T08:00', NOW);
  expect(Date.parse(to ?? '') - Date.parse(from ?? '')).toBe(59_999);
});

it('leaves open what is not given or is no time', () => {
  expect(spanOf('custom', '', 'yesterday', NOW)).toEqual({});
});
