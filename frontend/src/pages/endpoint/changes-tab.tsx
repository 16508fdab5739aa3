import { Anchor, Switch, Table } from '@mantine/core';
import { Link } from 'react-router';
import { useLive } from '@/api/use-live';
import { BreakingMark, ChangeKindLabel, ChangeValues } from '@/components/catalog-change';
import { EmptyState } from '@/components/empty-state';
import { Pager } from '@/components/pager';
import { QueryState } from '@/components/query-state';
import { RelativeTime } from '@/components/relative-time';
import { Truncate } from '@/components/truncate';
import { flag, texts, useUrlState } from '@/lib/url-state';
import { EndpointChangesDocument, type EndpointChangesQuery } from './endpoint.generated';
import classes from './endpoint.module.css';

const PAGE_SIZE = 50;
const FIELDS = { breaking: flag(), trail: texts() };

type Change = EndpointChangesQuery['catalogChanges']['nodes'][number];

/** What runs found changed in the endpoint's source. */
export function ChangesTab({ endpointId }: { readonly endpointId: string }) {
  const [{ breaking, trail }, change] = useUrlState(FIELDS);
  const live = useLive(EndpointChangesDocument, {
    endpointId,
    breakingOnly: breaking,
    first: PAGE_SIZE,
    after: trail.at(-1),
  });
  return (
    <>
      <div className={classes.filters}>
        <Switch
          label="Only breaking changes"
          checked={breaking}
          onChange={(event) => change({ breaking: event.currentTarget.checked, trail: [] })}
        />
      </div>
      <QueryState
        live={live}
        isEmpty={({ catalogChanges: { nodes } }) => nodes.length === 0}
        empty={
          breaking ? (
            <EmptyState title="No breaking changes">Nothing that readers depend on has changed.</EmptyState>
          ) : (
            <EmptyState title="No changes yet">Every run compares the source with the one before.</EmptyState>
          )
        }
      >
        {({ catalogChanges: { nodes, pageInfo, totalCount } }) => (
          <>
            <ChangesTable changes={nodes} />
            <Pager
              trail={trail}
              onTrail={(next) => change({ trail: next })}
              pageInfo={pageInfo}
              pageSize={PAGE_SIZE}
              shown={nodes.length}
              totalCount={totalCount}
              noun="changes"
            />
          </>
        )}
      </QueryState>
    </>
  );
}

function ChangesTable({ changes }: { readonly changes: readonly Change[] }) {
  return (
    <Table.ScrollContainer minWidth={820} tabIndex={0} aria-label="Changes">
      <Table className={classes.table}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th w={130}>Found</Table.Th>
            <Table.Th w={200}>Change</Table.Th>
            <Table.Th w="26%">Dataset</Table.Th>
            <Table.Th>Before and after</Table.Th>
            <Table.Th w={110}>Effect</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {changes.map((change) => (
            <Table.Tr key={change.id}>
              <Table.Td>
                {change.runId === null ? (
                  <RelativeTime at={change.at} />
                ) : (
                  <Anchor component={Link} to={`/runs/${change.runId}`} size="sm">
                    <RelativeTime at={change.at} />
                  </Anchor>
                )}
              </Table.Td>
              <Table.Td>
                <ChangeKindLabel kind={change.kind} />
              </Table.Td>
              <Table.Td>
                <Anchor component={Link} to={`/catalog/${change.datasetId}`} className={classes.link}>
                  <Truncate>{change.dataset.displayName}</Truncate>
                </Anchor>
                {change.field !== null && <Truncate mono>{change.field}</Truncate>}
              </Table.Td>
              <Table.Td>
                <ChangeValues kind={change.kind} before={change.before} after={change.after} />
              </Table.Td>
              <Table.Td>{change.isBreaking && <BreakingMark />}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
