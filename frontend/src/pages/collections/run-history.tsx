import { Table, Title } from '@mantine/core';
import { lazy, Suspense } from 'react';
import { useLive } from '@/api/use-live';
import { DataTable, type TableColumn } from '@/components/data-table';
import { EmptyState } from '@/components/empty-state';
import { PagedList } from '@/components/paged-list';
import { isActive } from '@/components/status';
import { text, texts, useUrlState } from '@/lib/url-state';
import { useSteadyNow } from '@/lib/use-steady-now';
import { RunHistoryDocument } from './collections.generated';
import { FILTER_FIELDS, filterOf, isFiltered, RunFilters } from './run-filters';
import { RunRow } from './run-row';

const PAGE = 25;
const MINUTE = 60_000;
const FIELDS = { ...FILTER_FIELDS, runs: texts() };
const DRAWER_FIELDS = { run: text() };
const COLUMNS: readonly TableColumn[] = [
  { head: 'Status', width: 128 },
  { head: 'Endpoint' },
  { head: 'Trigger', width: 106, visibleFrom: 'md' },
  { head: 'Requested', width: 134, visibleFrom: 'md' },
  { head: 'Started', width: 134, visibleFrom: 'md' },
  { head: 'Completed', width: 134, visibleFrom: 'md' },
  { head: 'Duration', width: 98, align: 'right' },
  { head: 'Changes', width: 186, visibleFrom: 'md' },
  { head: 'Look closer', width: 54, isHeadHidden: true, visibleFrom: 'md' },
];
const RunDrawer = lazy(() => import('../run/run-drawer'));

/** Every run there was, newest first. */
export function RunHistory() {
  const [{ runs: trail, ...filters }, change, reset] = useUrlState(FIELDS);
  const [{ run: peeked }, changePeeked] = useUrlState(DRAWER_FIELDS);
  const now = useSteadyNow(MINUTE);
  const live = useLive(
    RunHistoryDocument,
    { filter: filterOf(filters, now), first: PAGE, after: trail.at(-1) ?? null },
    {
      active: ({ collectionRunsConnection }) =>
        collectionRunsConnection.nodes.some(({ status }) => isActive(status)),
    },
  );
  const onReset = isFiltered(filters) ? reset : null;
  return (
    <section aria-labelledby="run-history">
      <Title order={2} size="h4" mt="xl" mb="sm" id="run-history">
        Run history
      </Title>
      <RunFilters
        filters={filters}
        onChange={(changes) => change({ ...changes, runs: [] })}
        onReset={onReset}
      />
      <PagedList
        live={live}
        pageOf={(data) => data.collectionRunsConnection}
        pageSize={PAGE}
        noun="run"
        trail={trail}
        onTrail={(next) => change({ runs: next })}
        onReset={onReset}
        nothingYet={
          <EmptyState title="No runs yet">Trigger a collection, or wait for its schedule.</EmptyState>
        }
      >
        {(runs) => (
          <DataTable
            label="Runs"
            columns={COLUMNS}
            minWidth={1150}
            minWidthNarrow={330}
            data-testid="runs-table"
          >
            <Table.Tbody>
              {runs.map((run) => (
                <RunRow key={run.id} run={run} onPeek={() => changePeeked({ run: run.id })} />
              ))}
            </Table.Tbody>
          </DataTable>
        )}
      </PagedList>
      {peeked !== '' && (
        <Suspense>
          <RunDrawer
            id={peeked}
            onRun={(run) => changePeeked({ run })}
            onClose={() => changePeeked({ run: '' })}
          />
        </Suspense>
      )}
    </section>
  );
}
