import { Skeleton, Stack, Text } from '@mantine/core';
import { useLive } from '@/api/use-live';
import { EmptyState } from '../empty-state';
import { QueryState } from '../query-state';
import { HeldCard } from './held-card';
import { HeldRemovalsDocument } from './held-removals.generated';
import { heldKey } from './words';

const AT_MOST = 100;

interface HeldListProps {
  /** Only of this endpoint; null: of all. */
  readonly endpointId: string | null;
  readonly includeDecided: boolean;
}

/** Everything that was held: first what waits, then what somebody decided. */
export function HeldList({ endpointId, includeDecided }: HeldListProps) {
  const live = useLive(HeldRemovalsDocument, { endpointId, runId: null, includeDecided, first: AT_MOST });
  return (
    <QueryState
      live={live}
      isEmpty={({ heldRemovals }) => heldRemovals.length === 0}
      empty={
        <EmptyState title={includeDecided ? 'No removals were ever held' : 'No removals wait'}>
          When a run finds more datasets gone than its endpoint’s limit allows, they are listed here.
        </EmptyState>
      }
      loading={<Placeholders />}
    >
      {({ heldRemovals }) => (
        <Stack gap="sm">
          {heldRemovals.map((held) => (
            <HeldCard key={heldKey(held)} held={held} onDecided={live.refetch} />
          ))}
          {heldRemovals.length === AT_MOST && (
            <Text size="sm" c="dimmed">
              The first {AT_MOST} are shown. Choose an endpoint to see the others.
            </Text>
          )}
        </Stack>
      )}
    </QueryState>
  );
}

function Placeholders() {
  return (
    <Stack gap="sm" aria-hidden>
      {[1, 2, 3].map((card) => (
        <Skeleton key={card} h={132} radius="sm" />
      ))}
    </Stack>
  );
}
