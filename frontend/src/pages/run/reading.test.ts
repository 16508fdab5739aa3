import { describe, expect, it } from 'vitest';
import { costFigures, costSentence, failedName } from './reading';

describe('what reading has cost', () => {
  it('is said in figures that can be read', () => {
    expect(costFigures({ statements: 5, seconds: 0.251, rows: 1_234_567, bytes: 20_480 })).toEqual([
      ['Statements', '5'],
      ['Time', '251 ms'],
      ['Rows', '1.2M'],
      ['Data', '20.0 KiB'],
    ]);
  });

  it('leaves out the bytes that a file does not send', () => {
    const cost = { statements: 1, seconds: 2, rows: 1, bytes: null };
    expect(costFigures(cost).map(([name]) => name)).toEqual(['Statements', 'Time', 'Rows']);
    expect(costSentence(cost)).toBe('1 statement in 2.00 s, 1 row; all attempts together');
  });
});

describe('failedName', () => {
  it('is as exact as is known', () => {
    expect(failedName({ database: 'd', schema: 's', entity: 't' })).toBe('s.t');
    expect(failedName({ database: 'd', schema: null, entity: 't' })).toBe('d.t');
    expect(failedName({ database: 'd', schema: 's', entity: null })).toBe('s');
    expect(failedName({ database: null, schema: null, entity: null })).toBe('The source');
  });
});
