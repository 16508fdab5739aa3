import { describe, expect, it } from 'vitest';
import { columnsMatching, columnsOf, targetOf } from './columns';
import type { Dataset } from './dataset';

const field = (position: number, name: string, type = 'text', description: string | null = null) => ({
  position,
  name,
  type,
  nullable: true,
  defaultValue: null,
  description,
});
const toRegion = {
  name: 'shop_region',
  columns: ['country', 'code'],
  toSchema: 'geo',
  toEntity: 'region',
  toColumns: ['country', 'code'],
  toDatasetId: 'd1',
};
const shop = {
  fields: [field(1, 'country'), field(2, 'id', 'bigint'), field(3, 'code', 'text', 'ISO <3166>')],
  primaryKey: ['id', 'country'],
  foreignKeys: [toRegion],
} as unknown as Dataset;

describe('columnsOf', () => {
  it('gives each column its place in the primary key, in key order', () => {
    expect(columnsOf(shop).map(({ name, keyPlace }) => [name, keyPlace])).toEqual([
      ['country', 2],
      ['id', 1],
      ['code', null],
    ]);
  });

  it('gives each column the foreign keys it is part of', () => {
    expect(columnsOf(shop).map(({ refersBy }) => refersBy.length)).toEqual([1, 0, 1]);
  });
});

describe('columnsMatching', () => {
  const names = (search: string) => columnsMatching(columnsOf(shop), search).map(({ name }) => name);

  it('looks into names, types and comments, in any case', () => {
    expect(names('COUNTRY')).toEqual(['country']);
    expect(names('bigint')).toEqual(['id']);
    expect(names('<3166>')).toEqual(['code']);
    expect(names(' ')).toHaveLength(3);
    expect(names('nothing')).toEqual([]);
  });
});

describe('targetOf', () => {
  it('names the table with its schema and columns, as far as they are known', () => {
    expect(targetOf(toRegion)).toBe('geo.region (country, code)');
    expect(targetOf({ ...toRegion, toSchema: null, toColumns: [] })).toBe('region');
  });
});
