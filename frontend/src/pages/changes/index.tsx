import { Button } from '@mantine/core';
import { Link } from 'react-router';
import { useLive } from '@/api/use-live';
import { ChangesTable } from '@/components/catalog-change';
import { EmptyState } from '@/components/empty-state';
import { IconArrowsExchange } from '@/components/icons';
import { PageHeader } from '@/components/page-header';
import { PagedList } from '@/components/paged-list';
import { useUrlState } from '@/lib/url-state';
import { useSteadyNow } from '@/lib/use-steady-now';
import { ChangeFilters } from './change-filters';
import { ChangesDocument } from './changes.generated';
import { FIELDS, isFiltered, variablesOf } from './filters';

const PAGE_SIZE = 50;
const STEP = 300_000;

export default function ChangesPage() {
  const [filters, change, reset] = useUrlState(FIELDS);
  const now = useSteadyNow(STEP);
  const live = useLive(ChangesDocument, variablesOf(filters, now));
  const onReset = isFiltered(filters) ? reset : null;
  return (
    <>
      <PageHeader
        title="Changes"
        description="What runs found changed in the sources, newest first."
        actions={
          <Button
            component={Link}
            to={filters.endpoint === '' ? '/compare' : `/compare?endpoint=${filters.endpoint}`}
            variant="default"
            leftSection={<IconArrowsExchange size={16} />}
          >
            Compare
          </Button>
        }
      />
      <ChangeFilters
        filters={filters}
        onChange={(changes) => change({ ...changes, trail: [] })}
        onReset={onReset}
      />
      <PagedList
        live={live}
        pageOf={(data) => data.catalogChanges}
        pageSize={PAGE_SIZE}
        noun="change"
        trail={filters.trail}
        onTrail={(trail) => change({ trail })}
        onReset={onReset}
        nothingYet={
          <EmptyState title="No changes yet">
            Once an endpoint has been collected, what differs from the run before is listed here.
          </EmptyState>
        }
      >
        {(changes) => <ChangesTable changes={changes} ofManyEndpoints />}
      </PagedList>
    </>
  );
}
