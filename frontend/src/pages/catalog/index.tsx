import { Button, Skeleton, Stack } from '@mantine/core';
import { Link } from 'react-router';
import { useLive } from '@/api/use-live';
import { EmptyState } from '@/components/empty-state';
import { IconFilterOff } from '@/components/icons';
import { PageHeader } from '@/components/page-header';
import { Pager } from '@/components/pager';
import { QueryState } from '@/components/query-state';
import { useUrlState } from '@/lib/url-state';
import { CatalogDocument } from './catalog.generated';
import { CatalogFilterBar } from './catalog-filters';
import { DatasetRows } from './dataset-rows';
import { FIELDS, isFiltered, variablesFor } from './filters';

const PAGE_SIZE = 50;
const LINES = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];

export default function CatalogPage() {
  const [filters, change, reset] = useUrlState(FIELDS);
  const live = useLive(CatalogDocument, variablesFor(filters));
  return (
    <>
      <PageHeader title="Catalog" description="Every table and view that was collected." />
      <CatalogFilterBar
        filters={filters}
        onChange={(changes, options) => change({ ...changes, trail: [] }, options)}
      />
      <QueryState
        live={live}
        isEmpty={({ catalogDatasetConnection: { nodes } }) => nodes.length === 0}
        empty={isFiltered(filters) ? <NothingMatches onReset={reset} /> : <NothingYet />}
        loading={<Rows />}
      >
        {({ catalogDatasetConnection: { nodes, pageInfo, totalCount } }) => (
          <>
            <DatasetRows rows={nodes} search={filters.q} />
            <Pager
              trail={filters.trail}
              onTrail={(trail) => change({ trail })}
              pageInfo={pageInfo}
              pageSize={PAGE_SIZE}
              shown={nodes.length}
              totalCount={totalCount}
              noun="datasets"
            />
          </>
        )}
      </QueryState>
    </>
  );
}

function NothingMatches({ onReset }: { readonly onReset: () => void }) {
  return (
    <EmptyState
      title="No datasets match"
      action={
        <Button variant="default" leftSection={<IconFilterOff size={16} />} onClick={onReset}>
          Reset filters
        </Button>
      }
    >
      No dataset has all of what the filters ask for.
    </EmptyState>
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

function Rows() {
  return (
    <Stack gap={8} aria-hidden>
      {LINES.map((line) => (
        <Skeleton key={line} h={34} radius="sm" />
      ))}
    </Stack>
  );
}
