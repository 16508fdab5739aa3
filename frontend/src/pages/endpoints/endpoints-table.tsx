import { Anchor, Table, VisuallyHidden } from '@mantine/core';
import { Link } from 'react-router';
import { TriggerButton } from '@/components/endpoint/trigger-button';
import { RelativeTime } from '@/components/relative-time';
import { Truncate } from '@/components/truncate';
import { count } from '@/lib/numbers';
import classes from './endpoints.module.css';
import { Labels } from './labels';
import { LastRun } from './last-run';
import { kindWords, type ListedEndpoint, scheduleWords } from './summary';

interface EndpointsTableProps {
  readonly endpoints: readonly ListedEndpoint[];
  readonly titles: ReadonlyMap<string, string>;
}

/** The endpoints as rows. */
export function EndpointsTable({ endpoints, titles }: EndpointsTableProps) {
  return (
    <Table.ScrollContainer minWidth={1080} tabIndex={0} aria-label="Endpoints">
      <Table className={classes.table}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th w="21%">Name</Table.Th>
            <Table.Th w="15%">Labels</Table.Th>
            <Table.Th w={178}>Last run</Table.Th>
            <Table.Th>Schedule</Table.Th>
            <Table.Th w={106}>Next run</Table.Th>
            <Table.Th w={96} ta="right">
              Datasets
            </Table.Th>
            <Table.Th w={184}>
              <VisuallyHidden>Actions</VisuallyHidden>
            </Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {endpoints.map((endpoint) => (
            <Table.Tr key={endpoint.id} data-testid="endpoint-card" data-endpoint-id={endpoint.id}>
              <Table.Td>
                <Anchor component={Link} to={`/endpoints/${endpoint.id}`} fw={600} className={classes.open}>
                  <Truncate>{endpoint.name}</Truncate>
                </Anchor>
                <span className={classes.below}>
                  <span className={classes.kind}>{kindWords(endpoint.templateId, titles)}</span>
                  <span className={classes.url}>
                    <Truncate mono>{endpoint.url}</Truncate>
                  </span>
                </span>
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
      </Table>
    </Table.ScrollContainer>
  );
}
