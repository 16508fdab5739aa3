import { Group, Skeleton, Stack, Text } from '@mantine/core';
import { useLive } from '@/api/use-live';
import { counted } from '@/lib/numbers';
import { ErrorNote } from '../error-note';
import { HeldCard } from './held-card';
import { HeldRemovalsDocument } from './held-removals.generated';
import { UndoRemovals } from './undo-removals';
import { heldKey } from './words';

const AT_MOST = 20;

interface HeldOfRunProps {
  readonly run: {
    readonly id: string;
    readonly stats: { readonly removed: number; readonly heldRemovals: number } | null;
    readonly endpoint: { readonly name: string; readonly isDeleted: boolean };
  };
}

/** What a run held and what became of it, and what it removed, with the way back; nothing without removals. */
export function HeldOfRun({ run: { id, stats, endpoint } }: HeldOfRunProps) {
  const removed = stats?.removed ?? 0;
  const isConcerned = !endpoint.isDeleted && removed + (stats?.heldRemovals ?? 0) > 0;
  const live = useLive(
    HeldRemovalsDocument,
    { endpointId: null, runId: id, includeDecided: true, first: AT_MOST },
    { enabled: isConcerned },
  );
  if (!isConcerned) return null;
  return (
    <Stack gap="sm">
      {live.error && !live.error.isUnreachable && <ErrorNote error={live.error} onRetry={live.refetch} />}
      {live.isLoading && stats?.heldRemovals !== 0 && <Skeleton h={132} radius="sm" />}
      {live.data?.heldRemovals.map((held) => (
        <HeldCard key={heldKey(held)} held={held} isOn="run" onDecided={live.refetch} />
      ))}
      {removed > 0 && (
        <Group gap="sm" data-testid="removed-by-run">
          <Text size="sm">{counted(removed, 'dataset')} found gone and removed.</Text>
          <UndoRemovals runId={id} endpointName={endpoint.name} onUndone={live.refetch} />
        </Group>
      )}
    </Stack>
  );
}
