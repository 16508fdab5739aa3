import { List } from '@mantine/core';
import { useState } from 'react';
import { useAction } from '@/api/use-action';
import { count, counted } from '@/lib/numbers';
import { ConfirmDialog } from '../confirm-dialog';
import { IconCheck, IconX } from '../icons';
import { RoleButton } from '../role-button';
import {
  ApproveRemovalsDocument,
  DismissRemovalsDocument,
  type HeldFragment,
} from './held-removals.generated';

interface DecideProps {
  readonly held: HeldFragment;
  readonly onDecided: () => void;
}

/** Approves held removals, or dismisses them, after saying what that means. */
export function Decide({ held, onDecided }: DecideProps) {
  const [asked, setAsked] = useState<'approve' | 'dismiss' | null>(null);
  const { endpoint, run } = held;
  const datasets = counted(held.count, 'dataset');
  const approval = useAction(ApproveRemovalsDocument, {
    success: ({ approveRemovals }) =>
      `${counted(approveRemovals.count, 'dataset')} of ${endpoint.name} removed`,
  });
  const dismissal = useAction(DismissRemovalsDocument, {
    success: ({ dismissRemovals }) => `${counted(dismissRemovals.count, 'dataset')} of ${endpoint.name} kept`,
  });
  const settle = async (decision: typeof approval | typeof dismissal) => {
    if ((await decision.run({ runId: run.id })) === undefined) return;
    setAsked(null);
    onDecided();
  };
  const ask = (what: 'approve' | 'dismiss') => {
    approval.reset();
    dismissal.reset();
    setAsked(what);
  };
  return (
    <>
      <RoleButton
        role="ADMIN"
        size="compact-md"
        variant="default"
        leftSection={<IconCheck size={15} />}
        aria-label={`Approve removal of ${datasets} of ${endpoint.name}`}
        onClick={() => ask('approve')}
        data-testid="approve-removals"
      >
        Approve removal
      </RoleButton>
      <RoleButton
        role="ADMIN"
        size="compact-md"
        variant="default"
        leftSection={<IconX size={15} />}
        aria-label={`Dismiss removal of ${datasets} of ${endpoint.name}`}
        onClick={() => ask('dismiss')}
        data-testid="dismiss-removals"
      >
        Dismiss
      </RoleButton>
      <ConfirmDialog
        opened={asked === 'approve'}
        onClose={() => setAsked(null)}
        title={`Remove ${datasets} of ${endpoint.name}?`}
        confirmLabel={`Remove ${datasets}`}
        onConfirm={() => void settle(approval)}
        busy={approval.state === 'busy'}
        error={approval.error}
        danger
      >
        <List size="sm" spacing={4}>
          <List.Item>
            The catalog holds {counted(held.liveCount, 'dataset')} of this endpoint: {count(held.count)} of
            them are marked as removed, {count(Math.max(0, held.liveCount - held.count))} remain.
          </List.Item>
          <List.Item>Each removal is listed as a breaking change of the run that found it.</List.Item>
          <List.Item>
            Columns and versions are kept. As long as no run has seen the datasets again, the removal can be
            undone.
          </List.Item>
        </List>
      </ConfirmDialog>
      <ConfirmDialog
        opened={asked === 'dismiss'}
        onClose={() => setAsked(null)}
        title={`Keep ${datasets} of ${endpoint.name}?`}
        confirmLabel={`Keep ${datasets}`}
        onConfirm={() => void settle(dismissal)}
        busy={dismissal.state === 'busy'}
        error={dismissal.error}
      >
        <List size="sm" spacing={4}>
          <List.Item>
            All {counted(held.liveCount, 'dataset')} of this endpoint stay in the catalog; the {datasets} as
            they were last seen.
          </List.Item>
          <List.Item>
            A run that does not find them either asks again, however few they are: until a run sees them
            again, only a person removes them.
          </List.Item>
        </List>
      </ConfirmDialog>
    </>
  );
}
