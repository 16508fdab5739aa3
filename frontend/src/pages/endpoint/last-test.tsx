import { Group, Loader, Stack, Text } from '@mantine/core';
import { useAction } from '@/api/use-action';
import { testSteps } from '@/components/endpoint/test-steps';
import { TestStepsList } from '@/components/endpoint/test-steps-list';
import { toastTest } from '@/components/endpoint/toast-test';
import { ErrorNote } from '@/components/error-note';
import { IconPlugConnected } from '@/components/icons';
import { RelativeTime } from '@/components/relative-time';
import { RoleButton } from '@/components/role-button';
import { TestStoredDocument } from './endpoint.generated';
import { Panel } from './facts';
import type { Connector, ShownEndpoint } from './types';

interface LastTestProps {
  readonly endpoint: ShownEndpoint;
  readonly connector: Connector | undefined;
  readonly onTested: () => void;
}

/** The endpoint's last connection test, step by step, and another one. */
export function LastTest({ endpoint, connector, onTested }: LastTestProps) {
  const test = useAction(TestStoredDocument);
  const { lastTest } = endpoint;
  const isBusy = test.state === 'busy';
  const again = async () => {
    const answer = await test.run({ endpointId: endpoint.id });
    if (answer !== undefined) toastTest(answer.testEndpoint.ok, answer.testEndpoint.diagnostics);
    onTested();
  };
  const canTest = endpoint.templateId !== null && !endpoint.isDeleted;
  return (
    <Panel
      title="Last connection test"
      action={
        canTest && (
          <RoleButton
            role="EDITOR"
            size="compact-sm"
            variant="default"
            leftSection={<IconPlugConnected size={15} />}
            loading={isBusy}
            onClick={() => void again()}
          >
            Test again
          </RoleButton>
        )
      }
    >
      <Stack gap="sm" aria-live="polite">
        <Group gap={8} mih={24}>
          {isBusy && <Loader size={14} aria-label="Testing" />}
          <Text size="sm" c="dimmed">
            {lastTest === null ? 'Not tested yet' : lastTest.ok ? 'Passed ' : 'Failed '}
            {lastTest !== null && <RelativeTime at={lastTest.testedAt} />}
            {endpoint.detectedVersion && ` · ${endpoint.detectedVersion}`}
          </Text>
        </Group>
        {test.error && <ErrorNote error={test.error} />}
        {lastTest !== null && (
          <TestStepsList steps={testSteps(connector?.probing.methods ?? [], lastTest.diagnostics)} />
        )}
      </Stack>
    </Panel>
  );
}
