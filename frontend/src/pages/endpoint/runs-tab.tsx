import { MultiSelect } from '@mantine/core';
import { useLive } from '@/api/use-live';
import { EmptyState } from '@/components/empty-state';
import { PagedList } from '@/components/paged-list';
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
  const [{ status, trail }, change, reset] = useUrlState(FIELDS);
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
      <PagedList
        live={live}
        pageOf={(data) => data.collectionRunsConnection}
        pageSize={PAGE_SIZE}
        noun="run"
        trail={trail}
        onTrail={(next) => change({ trail: next })}
        onReset={status.length > 0 ? reset : null}
        nothingYet={
          <EmptyState title="No runs yet">Trigger the collection, or give it a schedule.</EmptyState>
        }
      >
        {(runs) => <RunsTable endpointId={endpointId} runs={runs} />}
      </PagedList>
    </>
  );
}
