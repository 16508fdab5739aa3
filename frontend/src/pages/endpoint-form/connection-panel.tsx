import { Alert, Group, Loader, Stack, Text } from '@mantine/core';
import type { ApiError } from '@/api/errors';
import { testSteps } from '@/components/endpoint/test-steps';
import { TestStepsList } from '@/components/endpoint/test-steps-list';
import { ErrorNote } from '@/components/error-note';
import { IconInfoCircle } from '@/components/icons';
import type { ConnectorFragment } from './endpoint-form.generated';
import { Section } from './section';
import type { TestOutcome } from './use-connection-test';

interface ConnectionPanelProps {
  readonly connector: ConnectorFragment;
  readonly isBusy: boolean;
  /** Why there was no test. */
  readonly error: ApiError | undefined;
  readonly outcome: TestOutcome | undefined;
  /** The values are others than those that were tested. */
  readonly isOutdated: boolean;
}

/** What came of the connection test, step by step. */
export function ConnectionPanel(props: ConnectionPanelProps) {
  const { connector, isBusy, error, outcome, isOutdated } = props;
  return (
    <Section title="Connection test">
      <Stack gap="sm" aria-live="polite" data-testid="connection-test" data-result={resultOf(props)}>
        <Group gap={8} mih={24}>
          {isBusy && <Loader size={14} aria-hidden />}
          <Text size="sm" c="dimmed">
            {statement(props)}
          </Text>
        </Group>
        {isOutdated && (
          <Alert color="yellow" variant="light" icon={<IconInfoCircle size={18} />}>
            The values have changed since this test.
          </Alert>
        )}
        {error !== undefined && !isBusy && error.code !== 'E_BAD_INPUT' && <ErrorNote error={error} />}
        <TestStepsList steps={testSteps(connector.probing.methods, outcome?.diagnostics ?? [])} />
      </Stack>
    </Section>
  );
}

function resultOf({ isBusy, outcome }: ConnectionPanelProps): string {
  if (isBusy) return 'busy';
  if (outcome === undefined) return 'none';
  return outcome.isOk ? 'passed' : 'failed';
}

function statement({ isBusy, error, outcome }: ConnectionPanelProps): string {
  if (isBusy) return 'Testing. This takes 20 seconds at most.';
  if (outcome !== undefined) {
    if (!outcome.isOk) return 'Failed.';
    return outcome.detectedVersion === null ? 'Passed.' : `Passed. This is ${outcome.detectedVersion}.`;
  }
  if (error?.code === 'E_BAD_INPUT') return 'Not tested: some values cannot be used. They are marked.';
  return 'Not tested yet. These are the steps:';
}
