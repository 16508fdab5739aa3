import { Anchor, Table, Text } from '@mantine/core';
import { Link } from 'react-router';
import { DatasetKindLabel } from '@/components/dataset-kind';
import { RelativeTime } from '@/components/relative-time';
import { Truncate } from '@/components/truncate';
import { compactCount, count } from '@/lib/numbers';
import type { CatalogQuery } from './catalog.generated';
import classes from './dataset-rows.module.css';
import { isColumnHit } from './filters';

type Row = CatalogQuery['catalogDatasetConnection']['nodes'][number];

interface DatasetRowsProps {
  readonly rows: readonly Row[];
  /** What was searched for, to say where it was found. */
  readonly search: string;
}

/** A page of the catalog. */
export function DatasetRows({ rows, search }: DatasetRowsProps) {
  return (
    <Table.ScrollContainer minWidth={760} type="native">
      <Table data-testid="datasets-table" layout="fixed">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Dataset</Table.Th>
            <Table.Th w={170}>Kind</Table.Th>
            <Table.Th w="22%">Endpoint</Table.Th>
            <Table.Th w={84} ta="right">
              Rows
            </Table.Th>
            <Table.Th w={140}>Changed</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map((row) => (
            <DatasetRow key={row.id} row={row} search={search} />
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

function DatasetRow({ row, search }: { readonly row: Row; readonly search: string }) {
  const { id, displayName, description, kind, sourceEndpoint, rowCountEstimate, changedAt, removedAt } = row;
  return (
    <Table.Tr data-testid="dataset-row" data-dataset-id={id}>
      <Table.Td>
        <div className={classes.name}>
          <Anchor component={Link} to={`/catalog/${id}`} size="sm" fw={550} className={classes.link}>
            <Truncate>{displayName}</Truncate>
          </Anchor>
          {removedAt !== null && <span className={classes.mark}>Removed</span>}
          {isColumnHit(row, search) && <span className={classes.mark}>Found in a column</span>}
        </div>
        {description !== null && description !== '' && (
          <Text c="dimmed" size="xs" component="div">
            <Truncate>{description}</Truncate>
          </Text>
        )}
      </Table.Td>
      <Table.Td>
        <DatasetKindLabel kind={kind} />
      </Table.Td>
      <Table.Td>
        <Anchor component={Link} to={`/endpoints/${sourceEndpoint.id}`} size="sm">
          <Truncate>{sourceEndpoint.name}</Truncate>
        </Anchor>
      </Table.Td>
      <Table.Td ta="right">
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
