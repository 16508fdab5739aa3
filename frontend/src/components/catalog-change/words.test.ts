import { describe, expect, it } from 'vitest';
import { differingLines, valueWords } from './words';

describe('valueWords', () => {
  it('says what a column is', () => {
    const column = { name: 'id', type: 'integer', nullable: false, default: '0', comment: 'the key' };
    expect(valueWords('COLUMN_ADDED', column)).toBe('integer, not null, default 0, “the key”');
    expect(valueWords('COLUMN_REMOVED', { name: 'x', type: 'text', nullable: true })).toBe('text');
  });

  it('says what nullability means, also when the source did not say', () => {
    expect(valueWords('COLUMN_NULLABILITY_CHANGED', true)).toBe('allows null');
    expect(valueWords('COLUMN_NULLABILITY_CHANGED', false)).toBe('not null');
    expect(valueWords('COLUMN_NULLABILITY_CHANGED', null)).toBe('unknown');
  });

  it('writes keys and indexes in one line each', () => {
    const foreign = { name: 'f', columns: ['a', 'b'], to_schema: 's', to_name: 't', to_columns: ['x', 'y'] };
    expect(valueWords('KEY_CHANGED', foreign)).toBe('(a, b) → s.t (x, y)');
    expect(valueWords('KEY_CHANGED', { name: 'u', columns: ['a'], unique: true })).toBe('u: unique (a)');
    expect(valueWords('KEY_CHANGED', ['id', 'region'])).toBe('id, region');
  });

  it('has nothing for what was not there', () => {
    expect(valueWords('COLUMN_DEFAULT_CHANGED', null)).toBeNull();
    expect(valueWords('KEY_CHANGED', [])).toBeNull();
  });

  it('leaves a text as it is, and writes what it does not know as JSON', () => {
    expect(valueWords('DATASET_CHANGED', '<b>x</b>')).toBe('<b>x</b>');
    expect(valueWords('DATASET_CHANGED', { odd: 1 })).toBe('{"odd":1}');
  });
});

describe('differingLines', () => {
  it('leaves out what both begin and end with', () => {
    expect(differingLines('select\n  a,\n  b\nfrom t', 'select\n  a,\n  c,\n  d\nfrom t')).toEqual([
      '…\n  b\n…',
      '…\n  c,\n  d\n…',
    ]);
  });

  it('keeps texts that have nothing in common whole', () => {
    expect(differingLines('a', 'b\nc')).toEqual(['a', 'b\nc']);
  });
});
