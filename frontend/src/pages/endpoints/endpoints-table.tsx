import { Anchor, Table } from '@mantine/core';
import { Link } from 'react-router';
import { DataTable } from '@/components/data-table';
import { TriggerButton } from '@/components/endpoint/trigger-button';
import { RelativeTime } from '@/components/relative-time';
import { Truncate } from '@/components/truncate';
import { count } from '@/lib/numbers';
import classes from './endpoints.module.css';
import { Labels } from './labels';
import { LastRun } from './last-run';
import { kindWords, type ListedEndpoint, scheduleWords } from './summary';

const COLUMNS = [
  { head: 'Name' },
  { head: 'Kind', width: 108 },
  { head: 'Labels', width: '16%' },
  { head: 'Last run', width: 132 },
  { head: 'Schedule', width: 154 },
  { head: 'Next run', width: 104 },
  { head: 'Datasets', width: 92, align: 'right' },
  { head: 'Actions', width: 122, isHeadHidden: true },
] as const;

interface EndpointsTableProps {
  readonly endpoints: readonly ListedEndpoint[];
  readonly titles: ReadonlyMap<string, string>;
}

/** The endpoints as rows. */
export function EndpointsTable({ endpoints, titles }: EndpointsTableProps) {
  return (
    <DataTable label="Endpoints" columns={COLUMNS} minWidth={1140}>
      <Table.Tbody>
        {endpoints.map((endpoint) => (
          <Table.Tr key={endpoint.id} data-testid="endpoint-card" data-endpoint-id={endpoint.id}>
            <Table.Td>
              <Anchor component={Link} to={`/endpoints/${endpoint.id}`} fw={600} className={classes.open}>
                <Truncate>{endpoint.name}</Truncate>
              </Anchor>
              <span className={classes.below}>
                <Truncate mono>{endpoint.url}</Truncate>
              </span>
            </Table.Td>
            <Table.Td>
              <Truncate lines={2}>{kindWords(endpoint.templateId, titles)}</Truncate>
            </Table.Td>
            <Table.Td>
              <Labels labels={endpoint.labels} />
            </Table.Td>
            <Table.Td>
              <LastRun runs={endpoint.runs} />
            </Table.Td>
            <Table.Td>
              <Truncate lines={2}>{scheduleWords(endpoint)}</Truncate>
            </Table.Td>
            <Table.Td>
              <RelativeTime at={endpoint.collections[0]?.nextRunsAt[0]} />
            </Table.Td>
            <Table.Td ta="right">{count(endpoint.datasetCount)}</Table.Td>
            <Table.Td>
              <TriggerButton endpoint={endpoint} size="compact-sm" label="Trigger" />
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </DataTable>
  );
}
