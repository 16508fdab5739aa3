import { expect, it } from 'vitest';
import { msBetween, percentDone, valueText } from './steps';

it('measures what has both ends', () => {
  expect(msBetween('2026-11-23T09:00:00.000Z', '2026-11-23T09:00:01.500Z')).toBe(1500);
  expect(msBetween('2026-11-23T09:00:00Z', null)).toBeNull();
  expect(msBetween('2026-11-23T09:00:01Z', '2026-11-23T09:00:00Z')).toBe(0);
});

it('knows how far a run is when the whole is known', () => {
  expect(percentDone(5, 20)).toBe(25);
  expect(percentDone(30, 20)).toBe(100);
  expect(percentDone(5, null)).toBeNull();
  expect(percentDone(0, 0)).toBeNull();
});

it('writes values of any kind', () => {
  expect(valueText(null)).toBe('–');
  expect(valueText('integer')).toBe('integer');
  expect(valueText({ columns: ['a'] })).toBe('{"columns":["a"]}');
});
