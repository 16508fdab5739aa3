import { Checkbox } from '@mantine/core';
import { EndpointSelect } from '@/components/endpoint-select';
import { FilterBar } from '@/components/filter-bar';
import { SearchField } from '@/components/search-field';
import type { SetUrlOptions } from '@/lib/url-state';
import classes from './catalog.module.css';
import type { CatalogFilters } from './filters';

interface CatalogFiltersProps {
  readonly filters: CatalogFilters;
  /** Takes over what is different; the list then starts again from its first page. */
  readonly onChange: (changes: Partial<CatalogFilters>, options?: SetUrlOptions) => void;
  readonly onReset: (() => void) | null;
}

/** What narrows the catalog by what is typed; the facets narrow it by what there is. */
export function CatalogFilterBar({ filters, onChange, onReset }: CatalogFiltersProps) {
  const { q, endpoint, removed, asOf } = filters;
  return (
    <FilterBar label="Filters of the catalog" onReset={onReset}>
      <SearchField
        className={classes.search}
        value={q}
        onChange={(typed) => onChange({ q: typed }, { push: false })}
        placeholder="Name, column or comment"
      />
      <EndpointSelect
        className={classes.field}
        value={endpoint}
        onChange={(id) => onChange({ endpoint: id, schema: '' })}
      />
      {asOf === null && (
        <Checkbox
          className={classes.check}
          label="Show removed"
          checked={removed}
          onChange={(event) => onChange({ removed: event.currentTarget.checked })}
        />
      )}
    </FilterBar>
  );
}
