import { Loader, Tooltip } from '@mantine/core';
import { useMay } from '@/api/session';
import { useAction } from '@/api/use-action';
import { UpdateCollectionDocument } from './collections.generated';
import classes from './collections.module.css';

interface EnabledSwitchProps {
  readonly id: string;
  readonly isEnabled: boolean;
  readonly name: string;
}

/** Enables what is disabled, and the other way round. */
export function useEnabling({ id, isEnabled, name }: EnabledSwitchProps) {
  const update = useAction(UpdateCollectionDocument, {
    success: ({ updateCollection }) =>
      `Collection of ${name} ${updateCollection.isEnabled ? 'enabled' : 'disabled'}`,
  });
  const isBusy = update.state === 'busy';
  const flip = () => {
    if (!isBusy) void update.run({ id, input: { isEnabled: !isEnabled } });
  };
  return { isBusy, flip };
}

/** Whether a collection may run, and a click to change it. */
export function EnabledSwitch(collection: EnabledSwitchProps) {
  const { isEnabled, name } = collection;
  const { reason } = useMay('EDITOR');
  const { isBusy, flip } = useEnabling(collection);
  return (
    <Tooltip label={reason ?? (isEnabled ? 'Enabled: click to disable' : 'Disabled: click to enable')}>
      <button
        type="button"
        role="switch"
        className={classes.switch}
        aria-checked={isEnabled}
        aria-busy={isBusy}
        aria-disabled={reason === null ? undefined : true}
        aria-description={reason ?? undefined}
        aria-label={`Collection of ${name} enabled`}
        data-testid="collection-enabled"
        onClick={reason === null ? flip : undefined}
      >
        <span className={classes.thumb}>{isBusy && <Loader size={12} />}</span>
      </button>
    </Tooltip>
  );
}
