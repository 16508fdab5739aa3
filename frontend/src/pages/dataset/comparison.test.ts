import { describe, expect, it } from 'vitest';
import type { ChangeRowFragment } from '@/components/catalog-change/catalog-change.generated';
import { columnPairs, partDifferences } from './comparison';
import type { Dataset } from './dataset';

type Field = Dataset['fields'][number];

const field = (name: string, changes: Partial<Field> = {}): Field => ({
  position: 1,
  name,
  type: 'integer',
  nullable: true,
  defaultValue: null,
  description: null,
  ...changes,
});
const dataset = (fields: readonly Field[], changes: Partial<Dataset> = {}) =>
  ({
    kind: 'TABLE',
    description: null,
    primaryKey: [],
    foreignKeys: [],
    indexes: [],
    definition: null,
    fields,
    ...changes,
  }) as unknown as Dataset;
const typeChange = (name: string, isBreaking: boolean): ChangeRowFragment => ({
  id: '1',
  at: '',
  kind: 'COLUMN_TYPE_CHANGED',
  field: name,
  before: null,
  after: null,
  isBreaking,
  runId: null,
});

describe('columnPairs', () => {
  it('has the order of the later one, with what went where it was', () => {
    const before = dataset(['first', 'a', 'gone', 'gone too', 'b'].map((name) => field(name)));
    const after = dataset(['a', 'b', 'new'].map((name) => field(name)));
    const pairs = columnPairs(before, after, []).map(({ name, kind }) => `${name}: ${kind}`);
    expect(pairs).toEqual([
      'first: removed',
      'a: same',
      'gone: removed',
      'gone too: removed',
      'b: same',
      'new: added',
    ]);
  });

  it('says what differs, and what of it breaks', () => {
    const before = dataset([field('a'), field('b'), field('c')]);
    const after = dataset(
      [field('a', { type: 'text', description: 'x' }), field('b', { nullable: false }), field('c')],
      { primaryKey: ['c'] },
    );
    const [a, b, c] = columnPairs(before, after, []);
    expect(a).toMatchObject({ kind: 'changed', differs: ['type', 'description'], isBreaking: false });
    expect(b).toMatchObject({ differs: ['nullable'], isBreaking: true });
    expect(c).toMatchObject({ differs: ['key'], isBreaking: true, after: { key: 1 } });
  });

  it('takes a type as breaking when a change on the way was', () => {
    const sides = [dataset([field('a')]), dataset([field('a', { type: 'text' })])] as const;
    const isBreaking = (changes: readonly ChangeRowFragment[]) =>
      columnPairs(...sides, changes)[0]?.isBreaking;
    expect(isBreaking([typeChange('a', false)])).toBe(false);
    expect(isBreaking([typeChange('a', false), typeChange('a', true)])).toBe(true);
    expect(isBreaking([typeChange('b', true)])).toBe(false);
  });
});

describe('partDifferences', () => {
  it('has only the lines that the other side does not have', () => {
    const index = (name: string, unique: boolean) => ({ name, columns: ['a'], unique });
    const before = dataset([field('a')], { indexes: [index('stays', false), index('key', true)] });
    const after = dataset([field('a')], { indexes: [index('stays', false), index('more', false)] });
    expect(partDifferences(before, after)).toEqual([
      { part: 'Unique indexes', before: ['key: (a)'], after: [], isBreaking: true },
      { part: 'Indexes', before: [], after: ['more: (a)'], isBreaking: false },
    ]);
  });

  it('tells another order of the columns that stayed from columns that came', () => {
    const [a, b, c] = [field('a'), field('b'), field('c')];
    expect(partDifferences(dataset([a, b]), dataset([c, a, b]))).toEqual([]);
    expect(partDifferences(dataset([a, b]), dataset([b, a]))).toMatchObject([{ part: 'Order of columns' }]);
  });
});
