export { isActive, RUN_STATUSES, type RunStatus, STATUS_LOOKS, statusColor } from './status';
export { StatusChip } from './status-chip';
export { RUN_TRIGGERS, type RunTrigger, TRIGGER_LABELS } from './trigger';
