import { CHANGE_KINDS, type ChangeKind } from '@/components/catalog-change';
import { boundsOf, TIME_RANGES } from '@/lib/time-range';
import { flag, oneOf, someOf, text, texts, type UrlValues } from '@/lib/url-state';
import type { ChangesQueryVariables } from './changes.generated';

export const KINDS = Object.keys(CHANGE_KINDS) as readonly ChangeKind[];

/** What the page's address says. */
export const FIELDS = {
  endpoint: text(),
  dataset: text(),
  run: text(),
  kind: someOf(KINDS),
  breaking: flag(),
  range: oneOf(TIME_RANGES, 'all'),
  since: text(),
  until: text(),
  trail: texts(),
};
export type Filters = UrlValues<typeof FIELDS>;

/** Whether anything is filtered out. */
export function isFiltered({ endpoint, dataset, run, kind, breaking, range }: Filters): boolean {
  return [endpoint, dataset, run].some((id) => id !== '') || kind.length > 0 || breaking || range !== 'all';
}

/** The filters as the server takes them. */
export function variablesOf(filters: Filters, now: number): ChangesQueryVariables {
  return {
    endpointId: filters.endpoint || null,
    datasetId: filters.dataset || null,
    runId: filters.run || null,
    kinds: filters.kind.length > 0 ? [...filters.kind] : null,
    breakingOnly: filters.breaking,
    ...boundsOf(filters.range, now, filters.since, filters.until),
    after: filters.trail.at(-1) ?? null,
  };
}
