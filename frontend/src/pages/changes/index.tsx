import { Anchor, Button, Table } from '@mantine/core';
import { Link } from 'react-router';
import { useLive } from '@/api/use-live';
import { BreakingMark, ChangeKindLabel, ChangeValues } from '@/components/catalog-change';
import { EmptyState } from '@/components/empty-state';
import { PageHeader } from '@/components/page-header';
import { Pager } from '@/components/pager';
import { QueryState } from '@/components/query-state';
import { RelativeTime } from '@/components/relative-time';
import { Truncate } from '@/components/truncate';
import { useUrlState } from '@/lib/url-state';
import { useSteadyNow } from '@/lib/use-steady-now';
import { ChangesDocument, type ChangesQuery } from './changes.generated';
import classes from './changes.module.css';
import { FilterBar } from './filter-bar';
import { FIELDS, type Filters, isFiltered, variablesOf } from './filters';

const PAGE_SIZE = 50;
const STEP = 300_000;

type Change = ChangesQuery['catalogChanges']['nodes'][number];

export default function ChangesPage() {
  const [filters, change, reset] = useUrlState(FIELDS);
  const now = useSteadyNow(STEP);
  const live = useLive(ChangesDocument, variablesOf(filters, now));
  const restrict = (changes: Partial<Filters>) => change({ ...changes, trail: [] });
  return (
    <>
      <PageHeader title="Changes" description="What runs found changed in the sources, newest first" />
      <FilterBar filters={filters} onChange={restrict} onReset={reset} />
      <QueryState
        live={live}
        isEmpty={({ catalogChanges }) => catalogChanges.nodes.length === 0}
        empty={<Nothing isFiltered={isFiltered(filters)} onReset={reset} />}
      >
        {({ catalogChanges: page }) => (
          <>
            <Table.ScrollContainer minWidth={860}>
              <Table data-testid="changes-table" verticalSpacing={9} className={classes.table}>
                <Table.Thead>
                  <Table.Tr>
                    <Table.Th w="19%">Change</Table.Th>
                    <Table.Th w="27%">Dataset</Table.Th>
                    <Table.Th>Before and after</Table.Th>
                    <Table.Th w={150}>Found</Table.Th>
                  </Table.Tr>
                </Table.Thead>
                <Table.Tbody>
                  {page.nodes.map((one) => (
                    <ChangeRow key={one.id} change={one} />
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
              noun="changes"
            />
          </>
        )}
      </QueryState>
    </>
  );
}

function ChangeRow({ change }: { readonly change: Change }) {
  const { id, kind, field, before, after, isBreaking, at, runId, dataset } = change;
  return (
    <Table.Tr data-testid="change-row" data-change-id={id} data-kind={kind} data-breaking={isBreaking}>
      <Table.Td>
        <div className={classes.kind}>
          <ChangeKindLabel kind={kind} />
          {isBreaking && <BreakingMark />}
        </div>
      </Table.Td>
      <Table.Td>
        <Anchor component={Link} to={`/catalog/${dataset.id}`} size="sm" className={classes.dataset}>
          <Truncate>{dataset.displayName}</Truncate>
        </Anchor>
        <Link to={`/endpoints/${dataset.sourceEndpoint.id}`} className={classes.endpoint}>
          <Truncate>{dataset.sourceEndpoint.name}</Truncate>
        </Link>
      </Table.Td>
      <Table.Td>
        {field !== null && (
          <div className={classes.field}>
            <Truncate mono>{field}</Truncate>
          </div>
        )}
        <ChangeValues kind={kind} before={before} after={after} />
      </Table.Td>
      <Table.Td>
        {runId === null ? (
          <RelativeTime at={at} />
        ) : (
          <Anchor component={Link} to={`/runs/${runId}`} size="sm">
            <RelativeTime at={at} />
          </Anchor>
        )}
      </Table.Td>
    </Table.Tr>
  );
}

function Nothing({ isFiltered, onReset }: { readonly isFiltered: boolean; readonly onReset: () => void }) {
  if (!isFiltered) {
    return (
      <EmptyState title="No changes yet">
        Once an endpoint has been collected, what differs from the run before is listed here.
      </EmptyState>
    );
  }
  return (
    <EmptyState title="No changes match" action={<Button onClick={onReset}>Reset the filters</Button>}>
      Try another time or another kind.
    </EmptyState>
  );
}
