import { useState } from 'react';
import { useAction } from '@/api/use-action';
import { ConfirmDialog } from '@/components/confirm-dialog';
import { whyNotTrigger } from '@/components/endpoint/why-not-trigger';
import { IconPlayerPlay, IconPlayerStop } from '@/components/icons';
import { RoleButton } from '@/components/role-button';
import { isActive } from '@/components/status';
import { CancelRunDocument, RunAgainDocument, type RunQuery } from './run.generated';

type Run = NonNullable<RunQuery['collectionRun']>;

interface RunActionsProps {
  readonly run: Run;
  /** Shows the run that another try made. */
  readonly onRun: (id: string) => void;
}

/** Cancel while a run goes on; run again once it has ended. */
export function RunActions({ run, onRun }: RunActionsProps) {
  return isActive(run.status) ? <Cancel run={run} /> : <Again run={run} onRun={onRun} />;
}

function Cancel({ run }: { readonly run: Run }) {
  const [isAsking, setAsking] = useState(false);
  const cancel = useAction(CancelRunDocument, { success: 'The run is being canceled' });
  const confirm = async () => {
    if ((await cancel.run({ id: run.id })) !== undefined) setAsking(false);
  };
  return (
    <>
      <RoleButton
        role="EDITOR"
        variant="default"
        leftSection={<IconPlayerStop size={16} />}
        // what was asked for is done when the run has ended, and then this button is gone
        loading={cancel.state === 'busy' || cancel.state === 'done'}
        onClick={() => setAsking(true)}
        data-testid="run-cancel"
      >
        Cancel run
      </RoleButton>
      <ConfirmDialog
        opened={isAsking}
        onClose={() => setAsking(false)}
        title="Cancel this run?"
        confirmLabel="Cancel run"
        dismissLabel="Keep running"
        onConfirm={() => void confirm()}
        busy={cancel.state === 'busy'}
        error={cancel.error}
        danger
      >
        The collector stops and its sessions on the source end. What it has read so far is not stored; the
        catalog stays as it is.
      </ConfirmDialog>
    </>
  );
}

function Again({ run, onRun }: RunActionsProps) {
  const again = useAction(RunAgainDocument, { success: `Collection of ${run.endpoint.name} requested` });
  const { endpoint } = run;
  const reason = endpoint.isDeleted
    ? 'The endpoint has been deleted.'
    : whyNotTrigger({ ...endpoint, runs: [run] });
  const start = async () => {
    const answer = await again.run({ endpointId: run.endpointId, filters: run.filters });
    if (answer !== undefined) onRun(answer.triggerEndpointCollection.id);
  };
  return (
    <RoleButton
      role="EDITOR"
      leftSection={<IconPlayerPlay size={16} />}
      disabledReason={reason}
      loading={again.state === 'busy'}
      onClick={() => void start()}
      data-testid="run-again"
    >
      Run again
    </RoleButton>
  );
}
