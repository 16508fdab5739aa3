import { ActionIcon, Anchor, Box, Group, Menu, Table, Text } from '@mantine/core';
import { Link } from 'react-router';
import { useMay } from '@/api/session';
import { useAction } from '@/api/use-action';
import { whyNotTrigger } from '@/components/endpoint/why-not-trigger';
import { IconDots, IconEdit, IconPlayerPlay, IconPlayerStop, IconTrash } from '@/components/icons';
import { RelativeTime } from '@/components/relative-time';
import { RoleButton } from '@/components/role-button';
import { StatusChip } from '@/components/status';
import { Truncate } from '@/components/truncate';
import { type CollectionRowFragment, TriggerCollectionDocument } from './collections.generated';
import { EnabledSwitch, useEnabling } from './enabled-switch';
import { ScheduleState } from './schedule-state';

interface CollectionRowProps {
  readonly collection: CollectionRowFragment;
  readonly onEdit: () => void;
  readonly onDelete: () => void;
}

export function CollectionRow({ collection, onEdit, onDelete }: CollectionRowProps) {
  const { endpoint, lastRun, nextRunsAt } = collection;
  const schedule = collection.scheduleDescription ?? 'Only by hand';
  return (
    <Table.Tr
      data-testid="collection-row"
      data-collection-id={collection.id}
      data-endpoint-id={endpoint.id}
      data-schedule-state={collection.scheduleState}
    >
      <Table.Td>
        <Anchor component={Link} to={`/endpoints/${endpoint.id}`} size="sm" fw={550}>
          <Truncate>{endpoint.name}</Truncate>
        </Anchor>
        <Text size="xs" c="dimmed" component="div" hiddenFrom="md">
          <Truncate>{schedule}</Truncate>
          <Box mt={4}>
            <LastRun run={lastRun} />
          </Box>
        </Text>
      </Table.Td>
      <Table.Td visibleFrom="md" title={collection.scheduleCron ?? undefined}>
        <Truncate>{schedule}</Truncate>
      </Table.Td>
      <Table.Td visibleFrom="md">
        <EnabledSwitch id={collection.id} isEnabled={collection.isEnabled} name={endpoint.name} />
      </Table.Td>
      <Table.Td visibleFrom="md">
        <ScheduleState state={collection.scheduleState} error={collection.scheduleError} />
      </Table.Td>
      <Table.Td visibleFrom="md">
        <LastRun run={lastRun} />
      </Table.Td>
      <Table.Td visibleFrom="md">
        <RelativeTime at={nextRunsAt[0]} />
      </Table.Td>
      <Table.Td>
        <RowActions collection={collection} onEdit={onEdit} onDelete={onDelete} />
      </Table.Td>
    </Table.Tr>
  );
}

function LastRun({ run }: { readonly run: CollectionRowFragment['lastRun'] }) {
  if (run === null)
    return (
      <Text size="sm" c="dimmed" component="span">
        Never run
      </Text>
    );
  return (
    <Anchor component={Link} to={`/runs/${run.id}`} size="sm" underline="never">
      <StatusChip status={run.status}>
        <RelativeTime at={run.completedAt ?? run.startedAt ?? run.requestedAt} />
      </StatusChip>
    </Anchor>
  );
}

function RowActions({ collection, onEdit, onDelete }: CollectionRowProps) {
  const { endpoint } = collection;
  const { allowed, reason } = useMay('EDITOR');
  const { isBusy, flip } = useEnabling({ ...collection, name: endpoint.name });
  const trigger = useAction(TriggerCollectionDocument, {
    success: `Collection of ${endpoint.name} requested`,
  });
  return (
    <Group gap={6} wrap="nowrap" justify="flex-end">
      <RoleButton
        role="EDITOR"
        size="compact-sm"
        variant="default"
        leftSection={<IconPlayerPlay size={14} />}
        disabledReason={whyNotTrigger({
          capabilities: endpoint.capabilities,
          collections: [collection],
          runs: [],
        })}
        loading={trigger.state === 'busy'}
        onClick={() => void trigger.run({ id: collection.id })}
        data-testid="collection-trigger"
        aria-label={`Trigger collection of ${endpoint.name}`}
      >
        Trigger
      </RoleButton>
      <Menu position="bottom-end" withinPortal>
        <Menu.Target>
          <ActionIcon
            variant="subtle"
            color="gray"
            aria-label={`More about the collection of ${endpoint.name}`}
          >
            <IconDots size={18} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {!allowed && <Menu.Label>{reason}</Menu.Label>}
          <Menu.Item leftSection={<IconEdit size={15} />} disabled={!allowed} onClick={onEdit}>
            Edit schedule
          </Menu.Item>
          <Menu.Item
            hiddenFrom="md"
            leftSection={<IconPlayerStop size={15} />}
            disabled={!allowed || isBusy}
            onClick={flip}
          >
            {collection.isEnabled ? 'Disable' : 'Enable'}
          </Menu.Item>
          <Menu.Item
            leftSection={<IconTrash size={15} />}
            color="var(--mantine-color-error)"
            disabled={!allowed}
            onClick={onDelete}
          >
            Delete collection
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
    </Group>
  );
}
