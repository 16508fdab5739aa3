import { Button, Table, Title, VisuallyHidden } from '@mantine/core';
import { lazy, Suspense } from 'react';
import { useLive } from '@/api/use-live';
import { EmptyState } from '@/components/empty-state';
import { Pager } from '@/components/pager';
import { QueryState } from '@/components/query-state';
import { isActive } from '@/components/status';
import { text, texts, useUrlState } from '@/lib/url-state';
import { RunHistoryDocument } from './collections.generated';
import { Rows } from './collections-section';
import { FILTER_FIELDS, filterOf, isFiltered, RunFilters } from './run-filters';
import { RunRow } from './run-row';

const PAGE = 25;
const FIELDS = { ...FILTER_FIELDS, runs: texts() };
const DRAWER_FIELDS = { run: text() };
const RunDrawer = lazy(() => import('../run/run-drawer'));

/** Every run there was, newest first. */
export function RunHistory() {
  const [{ runs: trail, ...filters }, change, reset] = useUrlState(FIELDS);
  const [{ run: peeked }, changePeeked] = useUrlState(DRAWER_FIELDS);
  const live = useLive(
    RunHistoryDocument,
    { filter: filterOf(filters, Date.now()), first: PAGE, after: trail.at(-1) ?? null },
    {
      active: ({ collectionRunsConnection }) =>
        collectionRunsConnection.nodes.some(({ status }) => isActive(status)),
    },
  );
  return (
    <section aria-labelledby="run-history">
      <Title order={2} size="h4" mt="xl" mb="sm" id="run-history">
        Run history
      </Title>
      <RunFilters
        filters={filters}
        onChange={(changes) => change({ ...changes, runs: [] })}
        onReset={reset}
      />
      <QueryState
        live={live}
        isEmpty={({ collectionRunsConnection }) => collectionRunsConnection.nodes.length === 0}
        empty={
          isFiltered(filters) ? (
            <EmptyState
              title="No runs match"
              action={
                <Button variant="default" onClick={reset}>
                  Clear filters
                </Button>
              }
            />
          ) : (
            <EmptyState title="No runs yet">Trigger a collection, or wait for its schedule.</EmptyState>
          )
        }
        loading={<Rows count={PAGE} />}
      >
        {({ collectionRunsConnection: { nodes, ...found } }) => (
          <>
            <Table.ScrollContainer minWidth={1130}>
              <Table layout="fixed" data-testid="runs-table">
                <Table.Thead>
                  <Table.Tr>
                    <Table.Th w={132}>Status</Table.Th>
                    <Table.Th>Endpoint</Table.Th>
                    <Table.Th w={116}>Trigger</Table.Th>
                    <Table.Th w={140}>Requested</Table.Th>
                    <Table.Th w={140}>Started</Table.Th>
                    <Table.Th w={140}>Completed</Table.Th>
                    <Table.Th w={104} ta="right">
                      Duration
                    </Table.Th>
                    <Table.Th w={150} ta="right">
                      Changes
                    </Table.Th>
                    <Table.Th w={56}>
                      <VisuallyHidden>Look closer</VisuallyHidden>
                    </Table.Th>
                  </Table.Tr>
                </Table.Thead>
                <Table.Tbody>
                  {nodes.map((run) => (
                    <RunRow key={run.id} run={run} onPeek={() => changePeeked({ run: run.id })} />
                  ))}
                </Table.Tbody>
              </Table>
            </Table.ScrollContainer>
            <Pager
              {...found}
              trail={trail}
              onTrail={(next) => change({ runs: next })}
              pageSize={PAGE}
              shown={nodes.length}
              noun="runs"
            />
          </>
        )}
      </QueryState>
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
