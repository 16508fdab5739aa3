import { type RunStatus, STATUS_LOOKS } from './status';
import classes from './status-chip.module.css';

interface StatusChipProps {
  readonly status: RunStatus;
  /** What stands behind the status, for example a relative time. */
  readonly children?: React.ReactNode;
  readonly 'data-testid'?: string;
}

/** A run's status as a small label: colour, shape and word. */
export function StatusChip({ status, children, ...rest }: StatusChipProps) {
  const { label, icon: Icon } = STATUS_LOOKS[status];
  return (
    <span className={classes.chip} data-status={status} {...rest}>
      <Icon className={classes.icon} size={14} stroke={2.2} aria-hidden />
      {label}
      {children && <span className={classes.more}>{children}</span>}
    </span>
  );
}
