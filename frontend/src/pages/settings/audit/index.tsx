import { Table } from '@mantine/core';
import { useLive } from '@/api/use-live';
import { DataTable, type TableColumn } from '@/components/data-table';
import { EmptyState } from '@/components/empty-state';
import { PagedList } from '@/components/paged-list';
import { useUrlState } from '@/lib/url-state';
import { useSteadyNow } from '@/lib/use-steady-now';
import { AuditEventsDocument } from '../settings.generated';
import { FIELDS, isFiltered, variablesOf } from './audit';
import { AuditFilters } from './audit-filters';
import { EventRow } from './event-row';

const PAGE_SIZE = 50;
const STEP = 300_000;
const COLUMNS: readonly TableColumn[] = [
  { head: 'Details', width: 44, isHeadHidden: true },
  { head: 'When', width: 140, visibleFrom: 'md' },
  { head: 'Who', width: '16%', visibleFrom: 'md' },
  { head: 'Action' },
  { head: 'Done to', width: '25%', visibleFrom: 'md' },
  { head: 'Outcome', width: '27%' },
];

/** Who did what, when, and what came of it; newest first. */
export default function Audit() {
  const [filters, change, reset] = useUrlState(FIELDS);
  const now = useSteadyNow(STEP);
  const live = useLive(AuditEventsDocument, variablesOf(filters, now));
  const onReset = isFiltered(filters) ? reset : null;
  return (
    <>
      <AuditFilters
        filters={filters}
        onChange={(changes, options) => change({ ...changes, trail: [] }, options)}
        onReset={onReset}
      />
      <PagedList
        live={live}
        pageOf={(data) => data.auditEvents}
        pageSize={PAGE_SIZE}
        noun="event"
        trail={filters.trail}
        onTrail={(trail) => change({ trail })}
        onReset={onReset}
        nothingYet={
          <EmptyState title="No events yet">
            Every change, and every sign-in, is listed here; refused ones too.
          </EmptyState>
        }
      >
        {(events) => (
          <DataTable
            label="Audit log"
            columns={COLUMNS}
            minWidth={820}
            minWidthNarrow={330}
            data-testid="audit-table"
          >
            <Table.Tbody>
              {events.map((event) => (
                <EventRow key={event.id} event={event} />
              ))}
            </Table.Tbody>
          </DataTable>
        )}
      </PagedList>
    </>
  );
}
