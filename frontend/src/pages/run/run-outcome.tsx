import { Alert, Anchor, Code, ScrollArea, Stack, Text } from '@mantine/core';
import { Link } from 'react-router';
import { useLive } from '@/api/use-live';
import { IconAlertTriangle, IconClock, IconInfoCircle } from '@/components/icons';
import { adviceFor } from '@/lib/advice';
import { counted } from '@/lib/numbers';
import { type RunQuery, RunServicesDocument } from './run.generated';
import { RunProgress } from './run-progress';
import { waitingFor } from './waiting';

type Run = NonNullable<RunQuery['collectionRun']>;

/** What there is to say of a run where it stands: what it waits for, how far it is, why it ended as it did. */
export function RunOutcome({ run }: { readonly run: Run }) {
  switch (run.status) {
    case 'QUEUED':
      return <Waiting />;
    case 'RUNNING':
      return <RunProgress run={run} />;
    case 'FAILED':
      return <Failure run={run} />;
    case 'PARTIAL':
      return <Partial run={run} />;
    case 'SKIPPED':
      return (
        <Alert variant="light" color="violet" icon={<IconInfoCircle size={18} />} title="Skipped">
          {run.skipReason ?? 'The run was not begun.'}
        </Alert>
      );
    default:
      return null;
  }
}

function Waiting() {
  const live = useLive(RunServicesDocument, {}, { active: () => true });
  const { isHeldUp, title, text } = waitingFor(live.data?.overview.services);
  return (
    <Alert
      variant="light"
      color={isHeldUp ? 'orange' : 'gray'}
      icon={isHeldUp ? <IconAlertTriangle size={18} /> : <IconClock size={18} />}
      title={title}
      data-testid="run-waiting"
    >
      {text}
    </Alert>
  );
}

function Failure({ run }: { readonly run: Run }) {
  const { cause, next, where } = adviceFor(run.errorCode);
  return (
    <Alert
      variant="light"
      color="red"
      icon={<IconAlertTriangle size={18} />}
      title={cause}
      data-testid="run-failure"
      data-code={run.errorCode ?? undefined}
    >
      <Stack gap="xs">
        <ScrollArea.Autosize mah={200}>
          <Text size="sm" style={{ overflowWrap: 'anywhere', whiteSpace: 'pre-wrap' }}>
            {run.error ?? 'The run left no further explanation.'}
          </Text>
        </ScrollArea.Autosize>
        <Text size="sm" component="div">
          <strong>What to do: </strong>
          {next}{' '}
          {where === 'connection' && !run.endpoint.isDeleted && (
            <Anchor component={Link} to={`/endpoints/${run.endpointId}/edit`} size="sm" underline="always">
              Edit the endpoint
            </Anchor>
          )}
        </Text>
        {run.errorCode !== null && (
          <div>
            <Code>{run.errorCode}</Code>
          </div>
        )}
      </Stack>
    </Alert>
  );
}

function Partial({ run }: { readonly run: Run }) {
  const failed = run.stats?.failed ?? 0;
  return (
    <Alert
      variant="light"
      color="orange"
      icon={<IconAlertTriangle size={18} />}
      title={failed > 0 ? `${counted(failed, 'object')} could not be read` : 'Not everything could be read'}
      data-testid="run-partial"
    >
      {run.error !== null && <Text size="sm">{run.error}</Text>}
      <Text size="sm">
        What was read is in the catalog, and nothing that could not be read was removed. Each object is listed
        below with the reason. Usually the account lacks a grant on it.
      </Text>
    </Alert>
  );
}
