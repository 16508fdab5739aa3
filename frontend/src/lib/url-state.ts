import { useCallback, useMemo } from 'react';
import { useSearchParams } from 'react-router';

/** How one value of the page's state is written in the query string. */
export interface UrlField<Value> {
  /** The value for what the query string has under the field's name; bad input is as if there were nothing. */
  readonly read: (texts: readonly string[]) => Value;
  /** The texts to write; none for what is understood without saying. */
  readonly write: (value: Value) => readonly string[];
}

export type UrlValues<Fields> = {
  readonly [Name in keyof Fields]: Fields[Name] extends UrlField<infer Value> ? Value : never;
};

const MOMENT = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,6})?)?(Z|[+-]\d\d:\d\d)$/;

/** A text; `''` when absent. */
export function text(): UrlField<string> {
  return { read: ([first = '']) => first, write: (value) => (value === '' ? [] : [value]) };
}

/** A moment, ISO 8601 with its offset, as the server takes it; null when absent or no such thing. */
export function moment(): UrlField<string | null> {
  return {
    read: ([first = '']) => (MOMENT.test(first) && !Number.isNaN(Date.parse(first)) ? first : null),
    write: (value) => (value === null ? [] : [value]),
  };
}

/** A yes or no; no when absent. */
export function flag(): UrlField<boolean> {
  return { read: ([first]) => first === '1', write: (value) => (value ? ['1'] : []) };
}

/** One of `options`; `fallback` when absent or unknown. */
export function oneOf<Option extends string>(options: readonly Option[], fallback: Option): UrlField<Option>;
export function oneOf<Option extends string>(options: readonly Option[]): UrlField<Option | null>;
export function oneOf<Option extends string>(options: readonly Option[], fallback: Option | null = null) {
  return {
    read: ([first]: readonly string[]) => options.find((option) => option === first) ?? fallback,
    write: (value: Option | null) => (value === null || value === fallback ? [] : [value]),
  };
}

/** Several of `options`. */
export function someOf<Option extends string>(options: readonly Option[]): UrlField<readonly Option[]> {
  return {
    read: (texts) => options.filter((option) => texts.includes(option)),
    write: (values) => values,
  };
}

/** Several texts. */
export function texts(): UrlField<readonly string[]> {
  return { read: (found) => [...new Set(found.filter((one) => one !== ''))], write: (values) => values };
}

/** The values that `fields` find in `parameters`. */
export function readUrl<Fields>(fields: Fields, parameters: URLSearchParams): UrlValues<Fields> {
  const entries = Object.entries(fields as Record<string, UrlField<unknown>>);
  return Object.fromEntries(
    entries.map(([name, field]) => [name, field.read(parameters.getAll(name))]),
  ) as UrlValues<Fields>;
}

/** `parameters` with `changes`; what is not among `fields` stays as it is. */
export function writeUrl<Fields>(
  fields: Fields,
  parameters: URLSearchParams,
  changes: Partial<UrlValues<Fields>>,
): URLSearchParams {
  const written = new URLSearchParams(parameters);
  for (const [name, value] of Object.entries(changes)) {
    const field = (fields as Record<string, UrlField<unknown>>)[name];
    written.delete(name);
    for (const one of field?.write(value) ?? []) written.append(name, one);
  }
  return written;
}

export interface SetUrlOptions {
  /** true: “back” undoes it; false (typing in a search field): it takes the place of what was there. */
  readonly push?: boolean;
}

/**
 * The page's state that lives in the query string: `[values, change, reset]`. Define `fields` outside of the
 * component. `change({status: […]})` changes what it names only.
 */
export function useUrlState<Fields extends object>(fields: Fields) {
  const [parameters, setParameters] = useSearchParams();
  const values = useMemo(() => readUrl(fields, parameters), [fields, parameters]);
  const change = useCallback(
    (changes: Partial<UrlValues<Fields>>, { push = true }: SetUrlOptions = {}) =>
      setParameters((before) => writeUrl(fields, before, changes), {
        replace: !push,
        preventScrollReset: true,
      }),
    [fields, setParameters],
  );
  const reset = useCallback(() => {
    setParameters(
      (before) => {
        const kept = new URLSearchParams(before);
        for (const name of Object.keys(fields)) kept.delete(name);
        return kept;
      },
      { preventScrollReset: true },
    );
  }, [fields, setParameters]);
  return [values, change, reset] as const;
}
