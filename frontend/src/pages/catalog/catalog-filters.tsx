import { Checkbox, MultiSelect, Select } from '@mantine/core';
import { useLive } from '@/api/use-live';
import { DATASET_KINDS, KIND_LOOKS } from '@/components/dataset-kind';
import { EndpointSelect } from '@/components/endpoint-select';
import { FilterBar } from '@/components/filter-bar';
import { SearchField } from '@/components/search-field';
import type { SetUrlOptions } from '@/lib/url-state';
import { CatalogFacetsDocument } from './catalog.generated';
import classes from './catalog-filters.module.css';
import type { CatalogFilters } from './filters';

const KINDS = DATASET_KINDS.map((kind) => ({ value: kind, label: KIND_LOOKS[kind].label }));

interface CatalogFiltersProps {
  readonly filters: CatalogFilters;
  /** Takes over what is different; the list then starts again from its first page. */
  readonly onChange: (changes: Partial<CatalogFilters>, options?: SetUrlOptions) => void;
  readonly onReset: (() => void) | null;
}

/** What narrows the catalog. */
export function CatalogFilterBar({ filters, onChange, onReset }: CatalogFiltersProps) {
  const { endpoint, schema, kind, label, removed } = filters;
  const facets = useLive(CatalogFacetsDocument, { endpointId: endpoint || null });
  const { schemas = [], labels = [] } = facets.data ?? {};
  return (
    <FilterBar label="Filters of the catalog" onReset={onReset}>
      <SearchField
        className={classes.search}
        value={filters.q}
        onChange={(q) => onChange({ q }, { push: false })}
        placeholder="Name, column or comment"
      />
      <EndpointSelect
        className={classes.field}
        value={endpoint}
        onChange={(id) => onChange({ endpoint: id, schema: '' })}
      />
      <Select
        className={classes.field}
        label="Schema"
        placeholder="Any"
        searchable
        clearable
        limit={100}
        data={withChosen(schemas, schema === '' ? [] : [schema])}
        value={schema === '' ? null : schema}
        onChange={(chosen) => onChange({ schema: chosen ?? '' })}
        nothingFoundMessage="No schema matches"
        clearButtonProps={{ 'aria-label': 'Any schema' }}
      />
      <Select
        className={classes.field}
        label="Kind"
        placeholder="Any"
        clearable
        data={KINDS}
        value={kind}
        onChange={(chosen) => onChange({ kind: DATASET_KINDS.find((one) => one === chosen) ?? null })}
        clearButtonProps={{ 'aria-label': 'Any kind' }}
      />
      <MultiSelect
        className={classes.field}
        label="Labels"
        placeholder={label.length === 0 ? 'Any' : undefined}
        searchable
        clearable
        limit={100}
        data={withChosen(labels, label)}
        value={[...label]}
        onChange={(chosen) => onChange({ label: chosen })}
        nothingFoundMessage="No label matches"
        clearButtonProps={{ 'aria-label': 'Any label' }}
      />
      <Checkbox
        className={classes.check}
        label="Show removed"
        checked={removed}
        onChange={(event) => onChange({ removed: event.currentTarget.checked })}
      />
    </FilterBar>
  );
}

/** A link may hold what no dataset has any more: that is listed nevertheless. */
function withChosen(options: readonly string[], chosen: readonly string[]): string[] {
  return [...new Set([...options, ...chosen])];
}
