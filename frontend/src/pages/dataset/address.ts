import { moment, oneOf, text, texts, type UrlValues } from '@/lib/url-state';

export const TABS = ['columns', 'keys', 'definition', 'lineage', 'versions', 'growth', 'changes'] as const;
export const SPANS = ['30', '90', '365', '3650'] as const;

export const DEPTHS = ['1', '2', '3', '5', '10'] as const;

/** What a dataset's address holds. */
export const FIELDS = {
  tab: oneOf(TABS, 'columns'),
  asOf: moment(),
  column: text(),
  trail: texts(),
  /** The versions that are compared, by number. */
  from: text(),
  to: text(),
  /** Of how many days the growth is shown. */
  days: oneOf(SPANS, '90'),
  /** How far the lineage goes, and how it is shown. */
  depth: oneOf(DEPTHS, '2'),
  view: oneOf(['graph', 'list'], 'graph'),
  /** The column that is followed. */
  follow: text(),
  /** The edge whose columns are shown: `keyOf` of it. */
  edge: text(),
};
export type Address = UrlValues<typeof FIELDS>;
export type ChangeAddress = (changes: Partial<Address>, options?: { readonly push?: boolean }) => void;
