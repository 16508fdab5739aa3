/** The kinds of differences between two readings of a source, as filters list them, in words. */
export const CHANGE_KINDS = {
  DATASET_ADDED: 'Dataset added',
  DATASET_REMOVED: 'Dataset removed',
  DATASET_RESTORED: 'Dataset restored',
  DATASET_CHANGED: 'Dataset changed',
  COLUMN_ADDED: 'Column added',
  COLUMN_REMOVED: 'Column removed',
  COLUMN_TYPE_CHANGED: 'Type changed',
  COLUMN_NULLABILITY_CHANGED: 'Nullability changed',
  COLUMN_DEFAULT_CHANGED: 'Default changed',
  COLUMN_COMMENT_CHANGED: 'Comment changed',
  KEY_CHANGED: 'Key changed',
} as const;
export type ChangeKind = keyof typeof CHANGE_KINDS;

type Fields = Readonly<Record<string, unknown>>;

/** A value of a change as people read it; null where there was, or is, nothing. */
export function valueWords(kind: ChangeKind, value: unknown): string | null {
  if (kind === 'COLUMN_NULLABILITY_CHANGED') return nullabilityWords(value);
  if (value === null || value === undefined || value === '') return null;
  if (Array.isArray(value)) return value.length === 0 ? null : itemsWords(value);
  return itemWords(value);
}

function itemsWords(values: readonly unknown[]): string {
  const areNames = values.every((value) => typeof value === 'string');
  return values.map(itemWords).join(areNames ? ', ' : '\n');
}

function itemWords(value: unknown): string {
  if (typeof value === 'string') return value;
  if (!isFields(value)) return JSON.stringify(value);
  if (typeof value.type === 'string') return columnWords(value);
  if (typeof value.to_name === 'string') return foreignKeyWords(value);
  if (Array.isArray(value.columns)) return indexWords(value);
  return JSON.stringify(value);
}

function columnWords({ type, nullable, default: preset, comment }: Fields): string {
  const parts = [
    type,
    nullable === false && 'not null',
    typeof preset === 'string' && `default ${preset}`,
    typeof comment === 'string' && comment !== '' && `“${comment}”`,
  ];
  return parts.filter((part) => typeof part === 'string').join(', ');
}

function foreignKeyWords({ columns, to_schema, to_name, to_columns }: Fields): string {
  const target = typeof to_schema === 'string' ? `${to_schema}.${to_name}` : to_name;
  return `(${listWords(columns)}) → ${target} (${listWords(to_columns)})`;
}

function indexWords({ name, columns, unique }: Fields): string {
  const words = `${unique === true ? 'unique ' : ''}(${listWords(columns)})`;
  return typeof name === 'string' ? `${name}: ${words}` : words;
}

function listWords(value: unknown): string {
  return Array.isArray(value) ? value.map(String).join(', ') : '';
}

function nullabilityWords(value: unknown): string {
  if (value === true) return 'allows null';
  return value === false ? 'not null' : 'unknown';
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null;
}

/** Two texts of several lines without the lines that both begin and end with; “…” stands for those. */
export function differingLines(before: string, after: string): readonly [string, string] {
  const was = before.split('\n');
  const is = after.split('\n');
  const shortest = Math.min(was.length, is.length);
  let first = 0;
  while (first < shortest && was[first] === is[first]) first += 1;
  let last = 0;
  while (last < shortest - first && was.at(-1 - last) === is.at(-1 - last)) last += 1;
  return [excerpt(was, first, last), excerpt(is, first, last)];
}

function excerpt(lines: readonly string[], first: number, last: number): string {
  const kept = lines.slice(first, lines.length - last);
  return [...(first > 0 ? ['…'] : []), ...kept, ...(last > 0 ? ['…'] : [])].join('\n');
}
