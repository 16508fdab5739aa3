import { List, Text } from '@mantine/core';
import { useState } from 'react';
import { useAction } from '@/api/use-action';
import { useLive } from '@/api/use-live';
import { count, counted } from '@/lib/numbers';
import { ConfirmDialog } from '../confirm-dialog';
import { IconHistory } from '../icons';
import { RoleButton } from '../role-button';
import { RemovedByRunDocument, RestoreRemovalsDocument } from './held-removals.generated';
import { stillGone } from './words';

const NAMED = 8;
const RARELY = { idleMs: 60_000 };

interface UndoRemovalsProps {
  readonly runId: string;
  readonly endpointName: string;
  readonly onUndone: () => void;
}

/** Brings back what a run removed, of its own accord or by approval, after saying what comes back. */
export function UndoRemovals({ runId, endpointName, onUndone }: UndoRemovalsProps) {
  const [isAsking, setAsking] = useState(false);
  const removed = useLive(RemovedByRunDocument, { runId }, RARELY);
  const undo = useAction(RestoreRemovalsDocument, {
    success: ({ restoreRemovals }) =>
      `${counted(restoreRemovals.count, 'dataset')} of ${endpointName} brought back`,
  });
  const gone = removed.data === undefined ? null : stillGone(removed.data.catalogChanges);
  const restore = async () => {
    if ((await undo.run({ runId })) === undefined) return;
    setAsking(false);
    removed.refetch();
    onUndone();
  };
  return (
    <>
      <RoleButton
        role="ADMIN"
        size="compact-md"
        variant="default"
        leftSection={<IconHistory size={15} />}
        aria-label={`Undo removal by this run of ${endpointName}`}
        disabledReason={whyNot(removed.isLoading, removed.error?.message, gone !== null)}
        onClick={() => {
          undo.reset();
          setAsking(true);
        }}
        data-testid="undo-removals"
      >
        Undo removal
      </RoleButton>
      <ConfirmDialog
        opened={isAsking && gone !== null}
        onClose={() => setAsking(false)}
        title={`Bring back ${gone?.words ?? ''} of ${endpointName}?`}
        confirmLabel={`Bring back ${gone?.words ?? ''}`}
        onConfirm={() => void restore()}
        busy={undo.state === 'busy'}
        error={undo.error}
      >
        <List size="sm" spacing={4}>
          <List.Item>
            They are in the catalog again as they were last seen, with the same address and all versions:
            <Names names={gone?.names ?? []} />
          </List.Item>
          <List.Item>What a run has seen again since is left as it is.</List.Item>
          <List.Item>Until a run sees them again, only a person removes them.</List.Item>
        </List>
      </ConfirmDialog>
    </>
  );
}

function Names({ names }: { readonly names: readonly string[] }) {
  const more = names.length - NAMED;
  return (
    <Text size="sm" c="dimmed" component="div" style={{ overflowWrap: 'anywhere' }}>
      {names.slice(0, NAMED).map((name, at) => (
        <span key={name}>
          {at > 0 && ', '}
          <bdi>{name}</bdi>
        </span>
      ))}
      {more > 0 && ` and ${count(more)} more`}
    </Text>
  );
}

function whyNot(isLoading: boolean, problem: string | undefined, isGone: boolean): string | null {
  if (isGone) return null;
  if (isLoading) return 'What this run removed is being looked up.';
  return problem ?? 'Nothing that this run removed is still gone.';
}
