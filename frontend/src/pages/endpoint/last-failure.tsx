import { Alert, Anchor, Code, Group, Stack, Text } from '@mantine/core';
import { Link, useNavigate } from 'react-router';
import { IconAlertTriangle, IconEdit } from '@/components/icons';
import { RelativeTime } from '@/components/relative-time';
import { RoleButton } from '@/components/role-button';
import { Truncate } from '@/components/truncate';
import { adviceFor } from '@/lib/advice';
import { failureOf } from './run-words';
import type { ShownEndpoint } from './types';

const PARTLY = {
  cause: 'Not everything could be read',
  next: 'The run names each object and why. Usually the account lacks a grant on it.',
  where: 'again',
} as const;

/** What the endpoint fails by, if it does, and the way to mend it. */
export function LastFailure({ endpoint: { id, runs } }: { readonly endpoint: ShownEndpoint }) {
  const navigate = useNavigate();
  const failed = failureOf(runs);
  if (failed === undefined) return null;
  const isPartial = failed.status === 'PARTIAL';
  const { cause, next, where } = isPartial ? PARTLY : adviceFor(failed.errorCode);
  return (
    <Alert
      variant="light"
      color={isPartial ? 'orange' : 'red'}
      icon={<IconAlertTriangle size={18} />}
      title={cause}
      data-testid="endpoint-failure"
      data-code={failed.errorCode ?? undefined}
    >
      <Stack gap="xs">
        {failed.error !== null && (
          <Text size="sm" component="div">
            <Truncate lines={3}>{failed.error}</Truncate>
          </Text>
        )}
        <Text size="sm">
          <strong>What to do: </strong>
          {next}
        </Text>
        <Group gap="sm">
          {where === 'connection' && (
            <RoleButton
              role="EDITOR"
              size="compact-sm"
              variant="default"
              leftSection={<IconEdit size={14} />}
              onClick={() => navigate(`/endpoints/${id}/edit`)}
            >
              Edit connection
            </RoleButton>
          )}
          <Anchor component={Link} to={`/runs/${failed.id}`} size="sm" underline="always">
            Open the run
          </Anchor>
          {failed.errorCode !== null && <Code>{failed.errorCode}</Code>}
          <Text span size="sm">
            <RelativeTime at={failed.completedAt ?? failed.requestedAt} />
          </Text>
        </Group>
      </Stack>
    </Alert>
  );
}
