import { expect, it } from 'vitest';
import { humanDuration } from './duration';

it.each([
  [0, '0 ms'],
  [420.4, '420 ms'],
  [1000, '1.0 s'],
  [3249, '3.2 s'],
  [9960, '10 s'],
  [59_600, '1 min'],
  [125_000, '2 min 5 s'],
  [3_600_000, '1 h'],
  [3_840_000, '1 h 4 min'],
  [3_605_000, '1 h'],
  [90_000_000, '1 d 1 h'],
])('says %d ms as “%s”', (milliseconds, words) => {
  expect(humanDuration(milliseconds)).toBe(words);
});
