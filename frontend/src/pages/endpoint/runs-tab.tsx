import { MultiSelect } from '@mantine/core';
import { useLive } from '@/api/use-live';
import { EmptyState } from '@/components/empty-state';
import { Pager } from '@/components/pager';
import { QueryState } from '@/components/query-state';
import { isActive, RUN_STATUSES, type RunStatus, STATUS_LOOKS } from '@/components/status';
import { someOf, texts, useUrlState } from '@/lib/url-state';
import { EndpointRunsDocument } from './endpoint.generated';
import classes from './endpoint.module.css';
import { RunsTable } from './runs-table';

const PAGE_SIZE = 50;
const FIELDS = { status: someOf(RUN_STATUSES), trail: texts() };
const OPTIONS = RUN_STATUSES.map((value) => ({ value, label: STATUS_LOOKS[value].label }));

/** Every run of the endpoint. */
export function RunsTab({ endpointId }: { readonly endpointId: string }) {
  const [{ status, trail }, change] = useUrlState(FIELDS);
  const filter = { endpointId, statuses: status.length > 0 ? status : null };
  const live = useLive(
    EndpointRunsDocument,
    { filter, first: PAGE_SIZE, after: trail.at(-1) },
    { active: ({ collectionRunsConnection: { nodes } }) => nodes.some((run) => isActive(run.status)) },
  );
  return (
    <>
      <div className={classes.filters}>
        <MultiSelect
          className={classes.wide}
          label="Status"
          placeholder={status.length === 0 ? 'Any' : undefined}
          data={OPTIONS}
          value={[...status]}
          onChange={(chosen) => change({ status: chosen as RunStatus[], trail: [] })}
          data-testid="runs-filter-status"
          clearable
          clearButtonProps={{ 'aria-label': 'Clear status' }}
        />
      </div>
      <QueryState
        live={live}
        isEmpty={({ collectionRunsConnection: { nodes } }) => nodes.length === 0}
        empty={
          status.length > 0 ? (
            <EmptyState title="No runs match">No run of this endpoint has this status.</EmptyState>
          ) : (
            <EmptyState title="No runs yet">Trigger the collection, or give it a schedule.</EmptyState>
          )
        }
      >
        {({ collectionRunsConnection: { nodes, pageInfo, totalCount } }) => (
          <>
            <RunsTable endpointId={endpointId} runs={nodes} />
            <Pager
              trail={trail}
              onTrail={(next) => change({ trail: next })}
              pageInfo={pageInfo}
              pageSize={PAGE_SIZE}
              shown={nodes.length}
              totalCount={totalCount}
              noun="runs"
            />
          </>
        )}
      </QueryState>
    </>
  );
}
