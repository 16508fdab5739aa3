import type { Dataset } from './dataset';

type Field = Dataset['fields'][number];
type ForeignKey = Dataset['foreignKeys'][number];

/** A column, with the keys it is part of. */
export interface Column extends Field {
  /** Its place in the primary key, from 1; null when it is not part of it. */
  readonly keyPlace: number | null;
  /** The foreign keys that it is part of. */
  readonly refersBy: readonly ForeignKey[];
}

/** The columns of a dataset in order, each with its keys. */
export function columnsOf({ fields, primaryKey, foreignKeys }: Dataset): readonly Column[] {
  const places = new Map(primaryKey.map((name, index) => [name, index + 1]));
  return fields.map((field) => ({
    ...field,
    keyPlace: places.get(field.name) ?? null,
    refersBy: foreignKeys.filter(({ columns }) => columns.includes(field.name)),
  }));
}

/** The columns whose name, type or comment contains `search`, in any case. */
export function columnsMatching(columns: readonly Column[], search: string): readonly Column[] {
  const wanted = search.trim().toLowerCase();
  if (wanted === '') return columns;
  return columns.filter(({ name, type, description }) =>
    [name, type, description ?? ''].some((part) => part.toLowerCase().includes(wanted)),
  );
}

/** What a foreign key refers to, as people write it. */
export function targetOf({ toSchema, toEntity, toColumns }: ForeignKey): string {
  const table = toSchema === null ? toEntity : `${toSchema}.${toEntity}`;
  return toColumns.length === 0 ? table : `${table} (${toColumns.join(', ')})`;
}
