import { Button } from '@mantine/core';
import { Link } from 'react-router';
import { useLive } from '@/api/use-live';
import { EmptyState } from '@/components/empty-state';
import { PageHeader } from '@/components/page-header';
import { PagedList } from '@/components/paged-list';
import { useUrlState } from '@/lib/url-state';
import { CatalogDocument } from './catalog.generated';
import { CatalogFilterBar } from './catalog-filters';
import { DatasetRows } from './dataset-rows';
import { FIELDS, isFiltered, variablesFor } from './filters';

const PAGE_SIZE = 50;

export default function CatalogPage() {
  const [filters, change, reset] = useUrlState(FIELDS);
  const live = useLive(CatalogDocument, variablesFor(filters));
  const onReset = isFiltered(filters) ? reset : null;
  return (
    <>
      <PageHeader title="Catalog" description="Every table and view that was collected." />
      <CatalogFilterBar
        filters={filters}
        onReset={onReset}
        onChange={(changes, options) => change({ ...changes, trail: [] }, options)}
      />
      <PagedList
        live={live}
        pageOf={(data) => data.catalogDatasetConnection}
        pageSize={PAGE_SIZE}
        noun="dataset"
        trail={filters.trail}
        onTrail={(trail) => change({ trail })}
        onReset={onReset}
        nothingYet={<NothingYet />}
      >
        {(datasets) => <DatasetRows rows={datasets} search={filters.q} />}
      </PagedList>
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
