import { Button } from '@mantine/core';
import { useId, useState } from 'react';
import { Link } from 'react-router';
import { useLive } from '@/api/use-live';
import { AsOfBanner, AsOfPicker } from '@/components/as-of-picker';
import { EmptyState } from '@/components/empty-state';
import { IconFilter } from '@/components/icons';
import { PageHeader } from '@/components/page-header';
import { PagedList } from '@/components/paged-list';
import { type SetUrlOptions, useUrlState } from '@/lib/url-state';
import { CatalogDocument, CatalogFacetsDocument } from './catalog.generated';
import classes from './catalog.module.css';
import { CatalogFilterBar } from './catalog-filters';
import { DatasetRows } from './dataset-rows';
import { FacetPlaceholders, Facets } from './facets';
import {
  type CatalogFilters,
  FIELDS,
  facetsChosen,
  facetVariablesFor,
  isFiltered,
  NO_FILTERS,
  variablesFor,
} from './filters';

const PAGE_SIZE = 50;
// counts of what there is may be a little behind what is listed
const RARELY = { idleMs: 60_000 };

export default function CatalogPage() {
  const [filters, change] = useUrlState(FIELDS);
  const { asOf } = filters;
  const live = useLive(CatalogDocument, variablesFor(filters));
  const narrow = (changes: Partial<CatalogFilters>, options?: SetUrlOptions) =>
    change({ ...changes, trail: [] }, options);
  const onReset = isFiltered(filters) ? () => change(NO_FILTERS) : null;
  const toNow = () => narrow({ asOf: null });
  return (
    <>
      <PageHeader
        title="Catalog"
        description="Every table and view that was collected."
        actions={<AsOfPicker value={asOf} onChange={(moment) => narrow({ asOf: moment })} />}
      />
      {asOf !== null && (
        <div className={classes.banner}>
          <AsOfBanner moment={asOf} onNow={toNow}>
            The datasets that were there then, as they were, also of endpoints that have been deleted since.
          </AsOfBanner>
        </div>
      )}
      <CatalogFilterBar filters={filters} onReset={onReset} onChange={narrow} />
      <div className={classes.board}>
        <Aside filters={filters} onChange={narrow} />
        <div className={classes.list}>
          <PagedList
            live={live}
            pageOf={(data) => data.catalogDatasetConnection}
            pageSize={PAGE_SIZE}
            noun="dataset"
            trail={filters.trail}
            onTrail={(trail) => change({ trail })}
            onReset={onReset}
            nothingYet={asOf === null ? <NothingYet /> : <NothingThen onNow={toNow} />}
          >
            {(datasets) => <DatasetRows rows={datasets} search={filters.q} asOf={asOf} />}
          </PagedList>
        </div>
      </div>
    </>
  );
}

interface AsideProps {
  readonly filters: CatalogFilters;
  readonly onChange: (changes: Partial<CatalogFilters>) => void;
}

/** The facets: beside the list where there is room, else folded above it. */
function Aside({ filters, onChange }: AsideProps) {
  const [isOpen, setOpen] = useState(false);
  const asideId = useId();
  const live = useLive(CatalogFacetsDocument, facetVariablesFor(filters), RARELY);
  const facets = live.data?.catalogDatasetConnection.facets ?? null;
  const chosen = facetsChosen(filters);
  return (
    <>
      <Button
        className={classes.toggle}
        variant="default"
        size="compact-md"
        leftSection={<IconFilter size={15} />}
        aria-expanded={isOpen}
        aria-controls={asideId}
        onClick={() => setOpen(!isOpen)}
      >
        {chosen > 0 ? `Facets (${chosen})` : 'Facets'}
      </Button>
      <aside
        id={asideId}
        className={classes.aside}
        data-folded={!isOpen || undefined}
        aria-label="Facets"
        aria-busy={live.isStale}
      >
        {live.isLoading && <FacetPlaceholders />}
        {facets && <Facets facets={facets} filters={filters} onChange={onChange} />}
      </aside>
    </>
  );
}

function NothingYet() {
  return (
    <EmptyState
      title="No datasets yet"
      action={
        <Button component={Link} to="/endpoints">
          To the endpoints
        </Button>
      }
    >
      The catalog fills with the first run that collects an endpoint.
    </EmptyState>
  );
}

function NothingThen({ onNow }: { readonly onNow: () => void }) {
  return (
    <EmptyState title="No datasets at this moment" action={<Button onClick={onNow}>Back to now</Button>}>
      Nothing had been collected by then.
    </EmptyState>
  );
}
