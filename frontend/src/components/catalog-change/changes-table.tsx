import { Anchor, Table, Text } from '@mantine/core';
import { Link } from 'react-router';
import { DataTable, type TableColumn } from '../data-table';
import { RelativeTime } from '../relative-time';
import { Truncate } from '../truncate';
import type { ChangedDatasetFragment, ChangeRowFragment } from './catalog-change.generated';
import { BreakingMark, ChangeKindLabel } from './change-kind';
import { ChangeValues } from './change-values';
import classes from './changes-table.module.css';

type Change = ChangeRowFragment & Partial<ChangedDatasetFragment>;

interface ChangesTableProps {
  readonly changes: readonly Change[];
  /** Whether the changes are of many endpoints: each then says of which. */
  readonly ofManyEndpoints?: boolean;
}

const CHANGE: TableColumn = { head: 'Change' };
const DATASET: TableColumn = { head: 'Dataset', width: '26%', visibleFrom: 'md' };
const FOUND: TableColumn = { head: 'Found', width: 140, visibleFrom: 'md' };
const OF_ONE: readonly TableColumn[] = [CHANGE, { head: 'Before and after', width: '62%' }, FOUND];
const OF_MANY: readonly TableColumn[] = [CHANGE, DATASET, { head: 'Before and after', width: '44%' }, FOUND];

/** What runs found changed: what kind, of which dataset, from what to what, and when. */
export function ChangesTable({ changes, ofManyEndpoints = false }: ChangesTableProps) {
  const areOfManyDatasets = changes.some(({ dataset }) => dataset !== undefined);
  return (
    <DataTable
      label="List of changes"
      columns={areOfManyDatasets ? OF_MANY : OF_ONE}
      minWidth={820}
      minWidthNarrow={330}
      spacing={9}
      data-testid="changes-table"
    >
      <Table.Tbody>
        {changes.map((change) => (
          <ChangeRow key={change.id} change={change} ofManyEndpoints={ofManyEndpoints} />
        ))}
      </Table.Tbody>
    </DataTable>
  );
}

interface ChangeRowProps {
  readonly change: Change;
  readonly ofManyEndpoints: boolean;
}

function ChangeRow({ change, ofManyEndpoints }: ChangeRowProps) {
  const { id, kind, field, before, after, isBreaking, dataset } = change;
  const place = dataset && <Dataset dataset={dataset} ofManyEndpoints={ofManyEndpoints} />;
  return (
    <Table.Tr data-testid="change-row" data-change-id={id} data-kind={kind} data-breaking={isBreaking}>
      <Table.Td>
        <div className={classes.kind}>
          <ChangeKindLabel kind={kind} />
          {isBreaking && <BreakingMark />}
        </div>
        <Text size="sm" c="dimmed" hiddenFrom="md" component="div">
          {place}
          <Found change={change} />
        </Text>
      </Table.Td>
      {place && <Table.Td visibleFrom="md">{place}</Table.Td>}
      <Table.Td>
        {field !== null && (
          <div className={classes.field}>
            <Truncate mono>{field}</Truncate>
          </div>
        )}
        <ChangeValues kind={kind} before={before} after={after} />
      </Table.Td>
      <Table.Td visibleFrom="md">
        <Found change={change} />
      </Table.Td>
    </Table.Tr>
  );
}

interface DatasetProps {
  readonly dataset: ChangedDatasetFragment['dataset'];
  readonly ofManyEndpoints: boolean;
}

function Dataset({ dataset: { id, displayName, sourceEndpoint }, ofManyEndpoints }: DatasetProps) {
  return (
    <>
      <Anchor component={Link} to={`/catalog/${id}`} size="sm" display="block">
        <Truncate>{displayName}</Truncate>
      </Anchor>
      {ofManyEndpoints && (
        <Link to={`/endpoints/${sourceEndpoint.id}`} className={classes.endpoint}>
          <Truncate>{sourceEndpoint.name}</Truncate>
        </Link>
      )}
    </>
  );
}

/** When a change was found, with the way to the run that found it. */
function Found({ change: { at, runId } }: { readonly change: Change }) {
  if (runId === null) return <RelativeTime at={at} />;
  return (
    <Anchor component={Link} to={`/runs/${runId}`} size="sm">
      <RelativeTime at={at} />
    </Anchor>
  );
}
