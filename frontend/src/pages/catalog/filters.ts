import { DATASET_KINDS } from '@/components/dataset-kind';
import { flag, oneOf, text, texts, type UrlValues } from '@/lib/url-state';

/** What the catalog's address holds. */
export const FIELDS = {
  q: text(),
  endpoint: text(),
  schema: text(),
  kind: oneOf(DATASET_KINDS),
  label: texts(),
  removed: flag(),
  trail: texts(),
};
export type CatalogFilters = UrlValues<typeof FIELDS>;

/** Whether anything narrows the list. */
export function isFiltered({ q, endpoint, schema, kind, label }: CatalogFilters): boolean {
  return [q, endpoint, schema, kind ?? '', ...label].some((value) => value.trim() !== '');
}

/** The variables of the query for what the filters say. */
export function variablesFor({ q, endpoint, schema, kind, label, removed, trail }: CatalogFilters) {
  return {
    search: q.trim() || null,
    endpointId: endpoint || null,
    schema: schema || null,
    kind,
    labels: label.length > 0 ? label : null,
    includeRemoved: removed,
    after: trail.at(-1) ?? null,
  };
}

interface Named {
  readonly displayName: string;
  readonly description: string | null;
}

/** Whether a dataset that was found for `search` has it in its columns only: the list does not show those. */
export function isColumnHit({ displayName, description }: Named, search: string): boolean {
  const wanted = search.trim().toLowerCase();
  return ![displayName, description ?? ''].some((shown) => shown.toLowerCase().includes(wanted));
}
