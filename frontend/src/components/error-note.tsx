import { Alert, Button, Code, Group, ScrollArea, Text } from '@mantine/core';
import type { ApiError } from '@/api/errors';
import { IconAlertTriangle, IconRefresh } from './icons';

const FORBIDDEN = 'Insufficient permissions';

interface ErrorNoteProps {
  readonly error: ApiError;
  readonly onRetry?: () => void;
}

/** An error where it happened: what is wrong, its code, and another try. */
export function ErrorNote({ error, onRetry }: ErrorNoteProps) {
  const isForbidden = error.code === 'E_ROLE_FORBIDDEN' && !error.message.startsWith(FORBIDDEN);
  return (
    <Alert
      data-testid="state-error"
      data-code={error.code}
      color="red"
      variant="light"
      icon={<IconAlertTriangle size={18} />}
      title={isForbidden ? FORBIDDEN : undefined}
    >
      <ScrollArea.Autosize mah={240}>
        <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
          {error.message}
        </Text>
      </ScrollArea.Autosize>
      <Group gap="sm" mt="xs">
        <Code>{error.code}</Code>
        {onRetry && (
          <Button
            size="compact-sm"
            variant="default"
            leftSection={<IconRefresh size={14} />}
            onClick={onRetry}
          >
            Retry
          </Button>
        )}
      </Group>
    </Alert>
  );
}
