import { Text } from '@mantine/core';
import { useState } from 'react';
import { useLive } from '@/api/use-live';
import { ChangesTable } from '@/components/catalog-change';
import { PagedList } from '@/components/paged-list';
import { RunChangesDocument } from './run.generated';

const PAGE = 25;
const NONE = { nodes: [], pageInfo: { hasNextPage: false, endCursor: null }, totalCount: 0 };

/** What a run found changed, newest first, in pages. */
export function RunChanges({ runId, isActive }: { readonly runId: string; readonly isActive: boolean }) {
  const [trail, setTrail] = useState<readonly string[]>([]);
  const live = useLive(
    RunChangesDocument,
    { id: runId, first: PAGE, after: trail.at(-1) ?? null },
    { active: () => isActive },
  );
  return (
    <PagedList
      live={live}
      pageOf={({ collectionRun }) => collectionRun?.changes ?? NONE}
      pageSize={PAGE}
      noun="change"
      trail={trail}
      onTrail={setTrail}
      nothingYet={
        <Text c="dimmed" size="sm" data-testid="state-empty">
          {isActive ? 'Changes are listed here once they are stored.' : 'This run stored no changes.'}
        </Text>
      }
    >
      {(changes) => <ChangesTable changes={changes} />}
    </PagedList>
  );
}
