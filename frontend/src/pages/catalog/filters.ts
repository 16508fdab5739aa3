import { DATASET_KINDS } from '@/components/dataset-kind';
import { flag, moment, oneOf, text, texts, type UrlValues } from '@/lib/url-state';

/** What the catalog's address holds. */
export const FIELDS = {
  q: text(),
  endpoint: text(),
  schema: text(),
  kind: oneOf(DATASET_KINDS),
  label: texts(),
  removed: flag(),
  asOf: moment(),
  trail: texts(),
};
export type CatalogFilters = UrlValues<typeof FIELDS>;

/** What takes all filters away; the moment that is looked at stays. */
export const NO_FILTERS = {
  q: '',
  endpoint: '',
  schema: '',
  kind: null,
  label: [],
  removed: false,
  trail: [],
} as const satisfies Partial<CatalogFilters>;

/** How many of the facets narrow the list. */
export function facetsChosen({ endpoint, schema, kind, label }: CatalogFilters): number {
  return [endpoint, schema, kind ?? ''].filter((value) => value !== '').length + label.length;
}

/** Whether anything narrows the list. */
export function isFiltered(filters: CatalogFilters): boolean {
  return filters.q.trim() !== '' || facetsChosen(filters) > 0;
}

/** What the filters say, as the server counts the facets of it. */
export function facetVariablesFor({ q, endpoint, schema, kind, label, removed, asOf }: CatalogFilters) {
  return {
    search: q.trim() || null,
    endpointId: endpoint || null,
    schema: schema || null,
    kind,
    labels: label.length > 0 ? label : null,
    includeRemoved: removed && asOf === null,
    asOf,
  };
}

/** The variables of the query for what the filters say. */
export function variablesFor(filters: CatalogFilters) {
  return { ...facetVariablesFor(filters), after: filters.trail.at(-1) ?? null };
}
