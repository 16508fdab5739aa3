import { IconAlertTriangle, IconCheck, IconClock, IconLoader2 } from '@/components/icons';
import { Truncate } from '@/components/truncate';
import type { ScheduleState as State } from './collections.generated';
import classes from './collections.module.css';

const LOOKS = {
  NONE: { label: 'No schedule', icon: null, hint: 'Runs when somebody asks' },
  PENDING: { label: 'Pending', icon: IconLoader2, hint: 'Temporal has not been told yet; it will be' },
  ACTIVE: { label: 'Active', icon: IconCheck, hint: 'Temporal fires it' },
  PAUSED: { label: 'Paused', icon: IconClock, hint: 'Held, because the collection is disabled' },
  ERROR: { label: 'Refused', icon: IconAlertTriangle, hint: 'Temporal refused the schedule' },
} as const satisfies Record<State, object>;

/** Whether Temporal knows the schedule; why not, when it refused it. */
export function ScheduleState({ state, error }: { readonly state: State; readonly error: string | null }) {
  const { label, icon: Icon, hint } = LOOKS[state];
  return (
    <>
      <span className={classes.state} data-state={state} title={error ?? hint}>
        {Icon && <Icon size={15} aria-hidden />}
        {label}
      </span>
      {error !== null && (
        <span className={classes.state} data-state="ERROR">
          <Truncate>{error}</Truncate>
        </span>
      )}
    </>
  );
}
