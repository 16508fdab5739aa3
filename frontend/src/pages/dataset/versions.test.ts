import { describe, expect, it } from 'vitest';
import type { Version } from './dataset';
import { changesBetween, pairOf, picking } from './versions';

const version = (number: number): Version => ({
  version: number,
  validFrom: `2026-11-0${number}T00:00:00Z`,
  validTo: null,
  runId: null,
  changes: [
    {
      id: String(number),
      at: `2026-11-0${number}T00:00:00Z`,
      kind: 'COLUMN_ADDED',
      field: `column of ${number}`,
      before: null,
      after: null,
      isBreaking: false,
      runId: null,
    },
  ],
});
const VERSIONS = [4, 3, 2, 1].map(version);
const numbers = (from: string, to: string) => {
  const pair = pairOf(VERSIONS, from, to);
  return pair && [pair.before.version, pair.after.version];
};

describe('pairOf', () => {
  it('puts the older first, and takes the newest where none is named', () => {
    expect(numbers('1', '3')).toEqual([1, 3]);
    expect(numbers('3', '1')).toEqual([1, 3]);
    expect(numbers('2', '')).toEqual([2, 4]);
  });

  it('is none where a link names a version that is not known', () => {
    expect(numbers('9', '')).toBeNull();
    expect(numbers('1', 'x')).toBeNull();
  });
});

describe('changesBetween', () => {
  it('has those of every version after the first, up to the second', () => {
    const pair = pairOf(VERSIONS, '1', '3');
    expect(pair && changesBetween(VERSIONS, pair).map(({ field }) => field)).toEqual([
      'column of 3',
      'column of 2',
    ]);
  });
});

describe('picking', () => {
  it('keeps the last two, and lets go of what is picked again', () => {
    expect(picking([1], 2)).toEqual([1, 2]);
    expect(picking([1, 2], 3)).toEqual([2, 3]);
    expect(picking([1, 2], 1)).toEqual([2]);
  });
});
