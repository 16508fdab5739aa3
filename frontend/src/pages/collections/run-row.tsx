import { ActionIcon, Anchor, Table, Text } from '@mantine/core';
import { Link, useNavigate } from 'react-router';
import { Duration } from '@/components/duration';
import { IconEye } from '@/components/icons';
import { RelativeTime } from '@/components/relative-time';
import { StatusChip, TRIGGER_LABELS } from '@/components/status';
import { Truncate } from '@/components/truncate';
import { adviceFor } from '@/lib/advice';
import { ChangeCounts } from '../run/change-counts';
import type { RunHistoryQuery } from './collections.generated';
import classes from './collections.module.css';

type Run = RunHistoryQuery['collectionRunsConnection']['nodes'][number];

interface RunRowProps {
  readonly run: Run;
  /** Shows the run beside the list. */
  readonly onPeek: () => void;
}

export function RunRow({ run, onPeek }: RunRowProps) {
  const navigate = useNavigate();
  const { endpoint } = run;
  const open = (event: React.MouseEvent) => {
    const isOnControl = (event.target as Element).closest('a, button') !== null;
    if (!isOnControl) navigate(`/runs/${run.id}`);
  };
  return (
    <Table.Tr
      className={classes.row}
      onClick={open}
      data-testid="run-row"
      data-run-id={run.id}
      data-endpoint-id={run.endpointId}
      data-status={run.status}
    >
      <Table.Td>
        <Anchor component={Link} to={`/runs/${run.id}`} underline="never">
          <StatusChip status={run.status} />
        </Anchor>
      </Table.Td>
      <Table.Td>
        {endpoint.isDeleted ? (
          <Text size="sm" c="dimmed" component="div" title="The endpoint has been deleted">
            <Truncate>{endpoint.name}</Truncate>
          </Text>
        ) : (
          <Anchor component={Link} to={`/endpoints/${endpoint.id}`} size="sm">
            <Truncate>{endpoint.name}</Truncate>
          </Anchor>
        )}
        <Text size="xs" c="dimmed" hiddenFrom="md">
          <RelativeTime at={run.requestedAt} />
        </Text>
      </Table.Td>
      <Table.Td visibleFrom="md">{TRIGGER_LABELS[run.trigger]}</Table.Td>
      <Table.Td visibleFrom="md">
        <RelativeTime at={run.requestedAt} />
      </Table.Td>
      <Table.Td visibleFrom="md">
        <RelativeTime at={run.startedAt} />
      </Table.Td>
      <Table.Td visibleFrom="md">
        <RelativeTime at={run.completedAt} />
      </Table.Td>
      <Table.Td ta="right">
        <Duration ms={run.durationMs} since={run.completedAt === null ? run.startedAt : null} />
      </Table.Td>
      <Table.Td visibleFrom="md">
        <Result run={run} />
      </Table.Td>
      <Table.Td visibleFrom="md">
        <ActionIcon
          variant="subtle"
          color="gray"
          aria-label={`Look at this run of ${endpoint.name}`}
          onClick={onPeek}
        >
          <IconEye size={17} />
        </ActionIcon>
      </Table.Td>
    </Table.Tr>
  );
}

/** What a run changed in the catalog; why it did not get that far. */
function Result({ run: { status, errorCode, skipReason, stats } }: { readonly run: Run }) {
  const reason = status === 'FAILED' ? adviceFor(errorCode).cause : skipReason;
  if (reason === null) return <ChangeCounts stats={stats} />;
  return (
    <Text size="sm" c="dimmed" component="div">
      <Truncate>{reason}</Truncate>
    </Text>
  );
}
