import { Anchor, Table, Text } from '@mantine/core';
import { Link } from 'react-router';
import { Duration } from '@/components/duration';
import { RelativeTime } from '@/components/relative-time';
import { StatusChip } from '@/components/status';
import { Truncate } from '@/components/truncate';
import type { RunRowFragment } from './endpoint.generated';
import classes from './endpoint.module.css';
import { runOutcome, TRIGGER_WORDS } from './run-words';

interface RunsTableProps {
  readonly endpointId: string;
  readonly runs: readonly RunRowFragment[];
}

/** Runs of one endpoint, newest first. */
export function RunsTable({ endpointId, runs }: RunsTableProps) {
  return (
    <Table.ScrollContainer minWidth={740} tabIndex={0} aria-label="Runs">
      <Table className={classes.table} data-testid="runs-table">
        <Table.Thead>
          <Table.Tr>
            <Table.Th w={130}>Status</Table.Th>
            <Table.Th w={150}>Requested</Table.Th>
            <Table.Th w={120}>Asked by</Table.Th>
            <Table.Th w={106}>Duration</Table.Th>
            <Table.Th>What came of it</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {runs.map((run) => (
            <Table.Tr
              key={run.id}
              data-testid="run-row"
              data-run-id={run.id}
              data-endpoint-id={endpointId}
              data-status={run.status}
            >
              <Table.Td>
                <Anchor component={Link} to={`/runs/${run.id}`} underline="never">
                  <StatusChip status={run.status} />
                </Anchor>
              </Table.Td>
              <Table.Td>
                <RelativeTime at={run.requestedAt} />
              </Table.Td>
              <Table.Td>{TRIGGER_WORDS[run.trigger]}</Table.Td>
              <Table.Td>
                <Duration ms={run.durationMs} since={run.completedAt === null ? run.startedAt : null} />
              </Table.Td>
              <Table.Td>
                <Text span size="sm" c="dimmed">
                  <Truncate>{runOutcome(run)}</Truncate>
                </Text>
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
