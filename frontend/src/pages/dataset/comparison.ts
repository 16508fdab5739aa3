import type { ChangeRowFragment } from '@/components/catalog-change/catalog-change.generated';
import { KIND_LOOKS } from '@/components/dataset-kind';
import { targetOf } from './columns';
import type { Dataset } from './dataset';

type Field = Dataset['fields'][number];

/** What a column is made of, as far as it can differ. */
export type Facet = 'type' | 'nullable' | 'defaultValue' | 'description' | 'key';

/** A column in two versions of a dataset. */
export interface ColumnPair {
  readonly name: string;
  readonly kind: 'added' | 'removed' | 'changed' | 'same';
  readonly before: SideOfColumn | null;
  readonly after: SideOfColumn | null;
  readonly differs: readonly Facet[];
  readonly isBreaking: boolean;
}

export interface SideOfColumn extends Pick<Field, 'type' | 'nullable' | 'defaultValue' | 'description'> {
  /** Its place in the primary key, from 1. */
  readonly key: number | null;
}

/** What differs of the dataset beside its columns, in lines. */
export interface PartDifference {
  readonly part: string;
  readonly before: readonly string[];
  readonly after: readonly string[];
  readonly isBreaking: boolean;
}

const FACETS: readonly Facet[] = ['type', 'nullable', 'defaultValue', 'description', 'key'];

/**
 * The columns of both, in the order of the later one, with those that went where they were. A type that changed
 * breaks when one of the `changes` on the way did.
 */
export function columnPairs(
  before: Dataset,
  after: Dataset,
  changes: readonly ChangeRowFragment[],
): readonly ColumnPair[] {
  const was = sidesOf(before);
  const is = sidesOf(after);
  const breakingTypes = new Set(
    changes
      .filter(({ kind, isBreaking }) => kind === 'COLUMN_TYPE_CHANGED' && isBreaking)
      .map(({ field }) => field),
  );
  return inOneOrder([...was.keys()], [...is.keys()]).map((name) => {
    const left = was.get(name) ?? null;
    const right = is.get(name) ?? null;
    const differs =
      left === null || right === null ? [] : FACETS.filter((facet) => left[facet] !== right[facet]);
    const isBreaking =
      right === null ||
      differs.includes('nullable') ||
      differs.includes('key') ||
      (differs.includes('type') && breakingTypes.has(name));
    return { name, kind: kindOf(left, right, differs), before: left, after: right, differs, isBreaking };
  });
}

function kindOf(before: unknown, after: unknown, differs: readonly Facet[]): ColumnPair['kind'] {
  if (before === null) return 'added';
  if (after === null) return 'removed';
  return differs.length > 0 ? 'changed' : 'same';
}

function sidesOf({ fields, primaryKey }: Dataset): ReadonlyMap<string, SideOfColumn> {
  const places = new Map(primaryKey.map((name, index) => [name, index + 1]));
  return new Map(
    fields.map(({ name, type, nullable, defaultValue, description }) => [
      name,
      { type, nullable, defaultValue, description, key: places.get(name) ?? null },
    ]),
  );
}

/** `after`, with each name that only `before` has behind the one it stood behind. */
function inOneOrder(before: readonly string[], after: readonly string[]): readonly string[] {
  const present = new Set(after);
  const behind = new Map<string | null, string[]>();
  let last: string | null = null;
  for (const name of before) {
    if (present.has(name)) last = name;
    else behind.set(last, [...(behind.get(last) ?? []), name]);
  }
  return [...(behind.get(null) ?? []), ...after.flatMap((name) => [name, ...(behind.get(name) ?? [])])];
}

/** What differs beside the columns and the definition. */
export function partDifferences(before: Dataset, after: Dataset): readonly PartDifference[] {
  const parts = [
    part('Kind', [KIND_LOOKS[before.kind].label], [KIND_LOOKS[after.kind].label]),
    part('Comment', given(before.description), given(after.description)),
    part('Primary key', joined(before.primaryKey), joined(after.primaryKey), true),
    part(
      'Foreign keys',
      before.foreignKeys.map(foreignKeyWords),
      after.foreignKeys.map(foreignKeyWords),
      true,
    ),
    part('Unique indexes', indexWords(before, true), indexWords(after, true), true),
    part('Indexes', indexWords(before, false), indexWords(after, false)),
    part('Order of columns', joined(stayed(before, after)), joined(stayed(after, before))),
  ];
  return parts.filter((one) => one !== null);
}

/** The lines of each side that the other does not have; null when there are none. */
function part(
  name: string,
  before: readonly string[],
  after: readonly string[],
  isBreaking = false,
): PartDifference | null {
  const went = before.filter((line) => !after.includes(line));
  const came = after.filter((line) => !before.includes(line));
  return went.length + came.length === 0 ? null : { part: name, before: went, after: came, isBreaking };
}

function given(text: string | null): readonly string[] {
  return text === null || text === '' ? [] : [text];
}

function joined(names: readonly string[]): readonly string[] {
  return names.length === 0 ? [] : [names.join(', ')];
}

/** The names of the columns that `other` has too, in order. */
function stayed({ fields }: Dataset, other: Dataset): readonly string[] {
  const names = new Set(other.fields.map(({ name }) => name));
  return fields.map(({ name }) => name).filter((name) => names.has(name));
}

function foreignKeyWords(key: Dataset['foreignKeys'][number]): string {
  return `${key.name === null ? '' : `${key.name}: `}(${key.columns.join(', ')}) → ${targetOf(key)}`;
}

function indexWords({ indexes }: Dataset, wanted: boolean): readonly string[] {
  return indexes
    .filter(({ unique }) => unique === wanted)
    .map(({ name, columns }) => `${name}: (${columns.join(', ')})`);
}
