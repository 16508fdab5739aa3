import { Anchor, Code, Table } from '@mantine/core';
import { Link } from 'react-router';
import { DataTable } from '@/components/data-table';
import { Duration } from '@/components/duration';
import { RelativeTime } from '@/components/relative-time';
import { StatusChip } from '@/components/status';
import { Truncate } from '@/components/truncate';
import type { RunRowFragment } from './endpoint.generated';
import classes from './endpoint.module.css';
import { runOutcome, TRIGGER_WORDS } from './run-words';

const COLUMNS = [
  { head: 'Status', width: 130 },
  { head: 'Requested', width: 136 },
  { head: 'Asked by', width: 112, visibleFrom: 'md' },
  { head: 'Duration', width: 106, align: 'right', visibleFrom: 'md' },
  { head: 'What came of it' },
] as const;

interface RunsTableProps {
  readonly endpointId: string;
  readonly runs: readonly RunRowFragment[];
}

/** Runs of one endpoint, newest first. */
export function RunsTable({ endpointId, runs }: RunsTableProps) {
  return (
    <DataTable label="Runs" columns={COLUMNS} minWidth={760} minWidthNarrow={470} data-testid="runs-table">
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
            <Table.Td visibleFrom="md">{TRIGGER_WORDS[run.trigger]}</Table.Td>
            <Table.Td ta="right" visibleFrom="md">
              <Duration ms={run.durationMs} since={run.completedAt === null ? run.startedAt : null} />
            </Table.Td>
            <Table.Td>
              <span className={classes.outcome}>
                {run.errorCode !== null && <Code>{run.errorCode}</Code>}
                <Truncate>{runOutcome(run)}</Truncate>
              </span>
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </DataTable>
  );
}
