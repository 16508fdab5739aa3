import { Anchor, Code, Group } from '@mantine/core';
import { useState } from 'react';
import { Link } from 'react-router';
import { useAction } from '@/api/use-action';
import { IconPlayerPlay } from '@/components/icons';
import { RoleButton } from '@/components/role-button';
import { TriggerEndpointDocument } from './trigger.generated';
import { type Collectable, whyNotTrigger } from './why-not-trigger';

interface TriggerButtonProps {
  readonly endpoint: Collectable & { readonly id: string; readonly name: string };
  readonly size?: 'sm' | 'compact-sm';
  readonly label?: string;
}

/** Runs an endpoint's collection now. What came of it stands beside the button. */
export function TriggerButton({ endpoint, size = 'sm', label = 'Trigger collection' }: TriggerButtonProps) {
  const trigger = useAction(TriggerEndpointDocument, { success: `Collection of ${endpoint.name} requested` });
  const [runId, setRunId] = useState<string>();
  const run = async () => {
    setRunId(undefined);
    const answer = await trigger.run({ endpointId: endpoint.id });
    setRunId(answer?.triggerEndpointCollection.id);
  };
  return (
    <Group gap={0}>
      <RoleButton
        role="EDITOR"
        data-testid="endpoint-trigger"
        aria-label={`Trigger collection of ${endpoint.name}`}
        size={size}
        variant="default"
        leftSection={<IconPlayerPlay size={15} />}
        disabledReason={whyNotTrigger(endpoint)}
        loading={trigger.state === 'busy'}
        onClick={() => void run()}
      >
        {label}
      </RoleButton>
      <span role="status">
        {runId !== undefined && (
          <Anchor component={Link} to={`/runs/${runId}`} size="sm" ml={8}>
            View run
          </Anchor>
        )}
        {trigger.error && (
          <Code title={trigger.error.message} ml={8}>
            {trigger.error.code}
          </Code>
        )}
      </span>
    </Group>
  );
}
