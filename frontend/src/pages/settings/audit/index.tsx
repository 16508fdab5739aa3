import { Button, Table } from '@mantine/core';
import { useLive } from '@/api/use-live';
import { EmptyState } from '@/components/empty-state';
import { Pager } from '@/components/pager';
import { QueryState } from '@/components/query-state';
import { useUrlState } from '@/lib/url-state';
import { useSteadyNow } from '@/lib/use-steady-now';
import { AuditEventsDocument } from '../settings.generated';
import { FIELDS, isFiltered, variablesOf } from './audit';
import { EventRow } from './event-row';
import { FilterBar } from './filter-bar';

const PAGE_SIZE = 50;
const STEP = 300_000;

/** Who did what, when, and what came of it; newest first. */
export default function Audit() {
  const [filters, change, reset] = useUrlState(FIELDS);
  const now = useSteadyNow(STEP);
  const live = useLive(AuditEventsDocument, variablesOf(filters, now));
  return (
    <>
      <FilterBar
        filters={filters}
        onChange={(changes, options) => change({ ...changes, trail: [] }, options)}
        onReset={reset}
      />
      <QueryState
        live={live}
        isEmpty={({ auditEvents }) => auditEvents.nodes.length === 0}
        empty={
          <EmptyState
            title={isFiltered(filters) ? 'No events match' : 'No events yet'}
            action={isFiltered(filters) && <Button onClick={reset}>Reset the filters</Button>}
          >
            Every change, and every sign-in, is listed here; refused ones too.
          </EmptyState>
        }
      >
        {({ auditEvents: page }) => (
          <>
            <Table.ScrollContainer minWidth={820}>
              <Table data-testid="audit-table">
                <Table.Thead>
                  <Table.Tr>
                    <Table.Th w={40} aria-label="Details" />
                    <Table.Th w={150}>When</Table.Th>
                    <Table.Th>Who</Table.Th>
                    <Table.Th>Action</Table.Th>
                    <Table.Th>Done to</Table.Th>
                    <Table.Th>Outcome</Table.Th>
                  </Table.Tr>
                </Table.Thead>
                <Table.Tbody>
                  {page.nodes.map((event) => (
                    <EventRow key={event.id} event={event} />
                  ))}
                </Table.Tbody>
              </Table>
            </Table.ScrollContainer>
            <Pager
              {...page}
              trail={filters.trail}
              onTrail={(trail) => change({ trail })}
              pageSize={PAGE_SIZE}
              shown={page.nodes.length}
              noun="events"
            />
          </>
        )}
      </QueryState>
    </>
  );
}
