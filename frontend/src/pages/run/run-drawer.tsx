import { Anchor, Drawer, Group } from '@mantine/core';
import { Link } from 'react-router';
import { RunDetail } from './run-detail';

interface RunDrawerProps {
  /** The run to show; `''` for none. */
  readonly id: string;
  readonly onRun: (id: string) => void;
  readonly onClose: () => void;
}

/** A run beside the list it was opened from. */
export default function RunDrawer({ id, onRun, onClose }: RunDrawerProps) {
  return (
    <Drawer
      opened={id !== ''}
      onClose={onClose}
      position="right"
      size="min(760px, 100vw)"
      title={
        <Group gap="md">
          <strong>Run</strong>
          <Anchor component={Link} to={`/runs/${id}`} size="sm">
            Open as a page
          </Anchor>
        </Group>
      }
    >
      {id !== '' && <RunDetail id={id} isPage={false} onRun={onRun} />}
    </Drawer>
  );
}
