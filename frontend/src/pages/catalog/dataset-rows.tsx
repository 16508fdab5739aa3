import { Anchor, Table, Text } from '@mantine/core';
import { Link } from 'react-router';
import { DataTable, type TableColumn } from '@/components/data-table';
import { DatasetKindLabel } from '@/components/dataset-kind';
import { RelativeTime } from '@/components/relative-time';
import { Truncate } from '@/components/truncate';
import { excerptOf } from '@/lib/found';
import { compactCount, count } from '@/lib/numbers';
import type { CatalogQuery } from './catalog.generated';
import classes from './dataset-rows.module.css';
import { MatchLine } from './match-line';

type Row = CatalogQuery['catalogDatasetConnection']['nodes'][number];

const COLUMNS: readonly TableColumn[] = [
  { head: 'Dataset' },
  { head: 'Kind', width: 160, visibleFrom: 'md' },
  { head: 'Endpoint', width: '22%', visibleFrom: 'md' },
  { head: 'Rows', width: 84, align: 'right', visibleFrom: 'md' },
  { head: 'Changed', width: 132 },
];

interface DatasetRowsProps {
  readonly rows: readonly Row[];
  /** What was searched for, to say where it was found. */
  readonly search: string;
  /** The moment that is looked at; null is now. */
  readonly asOf: string | null;
}

/** A page of the catalog. */
export function DatasetRows({ rows, ...rest }: DatasetRowsProps) {
  return (
    <DataTable
      label="Datasets"
      columns={COLUMNS}
      minWidth={760}
      minWidthNarrow={330}
      data-testid="datasets-table"
    >
      <Table.Tbody>
        {rows.map((row) => (
          <DatasetRow key={row.id} row={row} {...rest} />
        ))}
      </Table.Tbody>
    </DataTable>
  );
}

interface DatasetRowProps extends Omit<DatasetRowsProps, 'rows'> {
  readonly row: Row;
}

function DatasetRow({ row, search, asOf }: DatasetRowProps) {
  const path = (column: string) => {
    const query = new URLSearchParams({ ...(asOf !== null && { asOf }), ...(column !== '' && { column }) });
    return query.size === 0 ? `/catalog/${row.id}` : `/catalog/${row.id}?${query}`;
  };
  const { id, displayName, description, kind, sourceEndpoint, rowCountEstimate, changedAt, removedAt } = row;
  return (
    <Table.Tr data-testid="dataset-row" data-dataset-id={id}>
      <Table.Td>
        <div className={classes.name}>
          <Anchor component={Link} to={path('')} size="sm" fw={550} className={classes.link}>
            <Truncate search={search}>{displayName}</Truncate>
          </Anchor>
          {removedAt !== null && <span className={classes.mark}>Removed</span>}
        </div>
        {description !== null && description !== '' && (
          <Text c="dimmed" size="xs" component="div">
            <Truncate search={search}>
              {search === '' ? description : excerptOf(description, search)}
            </Truncate>
          </Text>
        )}
        {row.match && <MatchLine match={row.match} search={search} columnPath={path} />}
        <Text c="dimmed" size="xs" component="div" hiddenFrom="md">
          <Truncate>{sourceEndpoint.name}</Truncate>
        </Text>
      </Table.Td>
      <Table.Td visibleFrom="md">
        <DatasetKindLabel kind={kind} />
      </Table.Td>
      <Table.Td visibleFrom="md">
        <Anchor component={Link} to={`/endpoints/${sourceEndpoint.id}`} size="sm">
          <Truncate>{sourceEndpoint.name}</Truncate>
        </Anchor>
      </Table.Td>
      <Table.Td ta="right" visibleFrom="md">
        {rowCountEstimate === null ? (
          <Text span c="dimmed">
            –
          </Text>
        ) : (
          <span title={`About ${count(rowCountEstimate)} rows`}>{compactCount(rowCountEstimate)}</span>
        )}
      </Table.Td>
      <Table.Td>
        <RelativeTime at={removedAt ?? changedAt} />
      </Table.Td>
    </Table.Tr>
  );
}
