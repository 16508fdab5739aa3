import { Button, Group, Modal, Stack } from '@mantine/core';
import type { ApiError } from '@/api/errors';
import { ErrorNote } from './error-note';

interface ConfirmDialogProps {
  readonly opened: boolean;
  readonly onClose: () => void;
  readonly title: string;
  /** What will happen. */
  readonly children: React.ReactNode;
  /** What the button says: the verb. */
  readonly confirmLabel: string;
  /** What the button says that leaves everything as it is. */
  readonly dismissLabel?: string;
  readonly onConfirm: () => void;
  readonly busy?: boolean;
  readonly error?: ApiError | undefined;
  readonly danger?: boolean;
}

/** Asks before something is done, and says what will happen. */
export function ConfirmDialog(props: ConfirmDialogProps) {
  const {
    opened,
    onClose,
    title,
    children,
    confirmLabel,
    dismissLabel = 'Cancel',
    onConfirm,
    busy = false,
    error,
    danger = false,
  } = props;
  return (
    <Modal opened={opened} onClose={onClose} title={title} centered>
      <Stack>
        <div>{children}</div>
        {error && <ErrorNote error={error} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose} data-autofocus>
            {dismissLabel}
          </Button>
          <Button color={danger ? 'red.9' : undefined} loading={busy} onClick={onConfirm}>
            {confirmLabel}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
