import { Anchor, Switch, Table } from '@mantine/core';
import { Link } from 'react-router';
import { useLive } from '@/api/use-live';
import { DatasetKindLabel } from '@/components/dataset-kind';
import { EmptyState } from '@/components/empty-state';
import { Pager } from '@/components/pager';
import { QueryState } from '@/components/query-state';
import { RelativeTime } from '@/components/relative-time';
import { SearchField } from '@/components/search-field';
import { Truncate } from '@/components/truncate';
import { byteSize, count } from '@/lib/numbers';
import { flag, text, texts, useUrlState } from '@/lib/url-state';
import { EndpointDatasetsDocument, type EndpointDatasetsQuery } from './endpoint.generated';
import classes from './endpoint.module.css';

const PAGE_SIZE = 50;
const FIELDS = { search: text(), removed: flag(), trail: texts() };

type Dataset = EndpointDatasetsQuery['catalogDatasetConnection']['nodes'][number];

/** What the catalog holds of the endpoint. */
export function DatasetsTab({ endpointId }: { readonly endpointId: string }) {
  const [{ search, removed, trail }, change] = useUrlState(FIELDS);
  const live = useLive(EndpointDatasetsDocument, {
    endpointId,
    search: search || null,
    includeRemoved: removed,
    first: PAGE_SIZE,
    after: trail.at(-1),
  });
  return (
    <>
      <div className={classes.filters}>
        <SearchField
          className={classes.wide}
          placeholder="Name, column or comment"
          value={search}
          onChange={(typed) => change({ search: typed, trail: [] }, { push: false })}
        />
        <Switch
          label="Show removed"
          mb={8}
          checked={removed}
          onChange={(event) => change({ removed: event.currentTarget.checked, trail: [] })}
        />
      </div>
      <QueryState
        live={live}
        isEmpty={({ catalogDatasetConnection: { nodes } }) => nodes.length === 0}
        empty={
          search === '' ? (
            <EmptyState title="No datasets yet">
              A run that succeeds brings the tables and views of this source.
            </EmptyState>
          ) : (
            <EmptyState title="No datasets match">Nothing of this endpoint contains this text.</EmptyState>
          )
        }
      >
        {({ catalogDatasetConnection: { nodes, pageInfo, totalCount } }) => (
          <>
            <DatasetsTable datasets={nodes} />
            <Pager
              trail={trail}
              onTrail={(next) => change({ trail: next })}
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

function DatasetsTable({ datasets }: { readonly datasets: readonly Dataset[] }) {
  return (
    <Table.ScrollContainer minWidth={760} tabIndex={0} aria-label="Datasets">
      <Table className={classes.table}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th w="34%">Name</Table.Th>
            <Table.Th w={165}>Kind</Table.Th>
            <Table.Th>Comment</Table.Th>
            <Table.Th w={90} ta="right">
              Rows
            </Table.Th>
            <Table.Th w={90} ta="right">
              Size
            </Table.Th>
            <Table.Th w={120}>Changed</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {datasets.map((dataset) => (
            <Table.Tr key={dataset.id} className={dataset.removedAt === null ? undefined : classes.removed}>
              <Table.Td>
                <Anchor component={Link} to={`/catalog/${dataset.id}`} className={classes.link}>
                  <Truncate>{dataset.displayName}</Truncate>
                </Anchor>
              </Table.Td>
              <Table.Td>
                <DatasetKindLabel kind={dataset.kind} />
              </Table.Td>
              <Table.Td>{dataset.description && <Truncate>{dataset.description}</Truncate>}</Table.Td>
              <Table.Td ta="right">
                {dataset.rowCountEstimate === null ? '–' : count(dataset.rowCountEstimate)}
              </Table.Td>
              <Table.Td ta="right">{dataset.sizeBytes === null ? '–' : byteSize(dataset.sizeBytes)}</Table.Td>
              <Table.Td>
                {dataset.removedAt !== null && 'Removed '}
                <RelativeTime at={dataset.removedAt ?? dataset.changedAt} />
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
