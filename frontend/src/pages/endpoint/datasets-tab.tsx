import { Anchor, Switch, Table } from '@mantine/core';
import { Link } from 'react-router';
import { useLive } from '@/api/use-live';
import { DataTable } from '@/components/data-table';
import { DatasetKindLabel } from '@/components/dataset-kind';
import { EmptyState } from '@/components/empty-state';
import { PagedList } from '@/components/paged-list';
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
  const [{ search, removed, trail }, change, reset] = useUrlState(FIELDS);
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
      <PagedList
        live={live}
        pageOf={(data) => data.catalogDatasetConnection}
        pageSize={PAGE_SIZE}
        noun="dataset"
        trail={trail}
        onTrail={(next) => change({ trail: next })}
        onReset={search === '' ? null : reset}
        nothingYet={
          <EmptyState title="No datasets yet">
            A run that succeeds brings the tables and views of this source.
          </EmptyState>
        }
      >
        {(datasets) => <DatasetsTable datasets={datasets} />}
      </PagedList>
    </>
  );
}

const COLUMNS = [
  { head: 'Name' },
  { head: 'Kind', width: 150 },
  { head: 'Comment', width: '34%', visibleFrom: 'md' },
  { head: 'Rows', width: 92, align: 'right', visibleFrom: 'md' },
  { head: 'Size', width: 96, align: 'right', visibleFrom: 'md' },
  { head: 'Changed', width: 144 },
] as const;

function DatasetsTable({ datasets }: { readonly datasets: readonly Dataset[] }) {
  return (
    <DataTable label="Datasets" columns={COLUMNS} minWidth={900} minWidthNarrow={480}>
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
            <Table.Td visibleFrom="md">
              {dataset.description && <Truncate>{dataset.description}</Truncate>}
            </Table.Td>
            <Table.Td ta="right" visibleFrom="md">
              {dataset.rowCountEstimate === null ? '–' : count(dataset.rowCountEstimate)}
            </Table.Td>
            <Table.Td ta="right" visibleFrom="md">
              {dataset.sizeBytes === null ? '–' : byteSize(dataset.sizeBytes)}
            </Table.Td>
            <Table.Td>
              {dataset.removedAt !== null && 'Removed '}
              <RelativeTime at={dataset.removedAt ?? dataset.changedAt} />
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </DataTable>
  );
}
