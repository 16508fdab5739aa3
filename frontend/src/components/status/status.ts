import {
  IconAlertTriangle,
  IconCircleCheck,
  IconCircleDashed,
  IconCircleMinus,
  IconCircleX,
  IconLoader2,
  IconPlayerSkipForward,
} from '../icons';

/** Where a run stands, in the order that filters list it. */
export const RUN_STATUSES = [
  'QUEUED',
  'RUNNING',
  'SUCCEEDED',
  'PARTIAL',
  'FAILED',
  'SKIPPED',
  'CANCELED',
] as const;
export type RunStatus = (typeof RUN_STATUSES)[number];

/** Each status in words and with a shape of its own, for those who do not tell its colour. */
export const STATUS_LOOKS = {
  QUEUED: { label: 'Queued', icon: IconCircleDashed },
  RUNNING: { label: 'Running', icon: IconLoader2 },
  SUCCEEDED: { label: 'Succeeded', icon: IconCircleCheck },
  PARTIAL: { label: 'Partial', icon: IconAlertTriangle },
  FAILED: { label: 'Failed', icon: IconCircleX },
  SKIPPED: { label: 'Skipped', icon: IconPlayerSkipForward },
  CANCELED: { label: 'Canceled', icon: IconCircleMinus },
} as const satisfies Record<RunStatus, object>;

/** Whether the run has not ended yet. */
export function isActive(status: RunStatus): boolean {
  return status === 'QUEUED' || status === 'RUNNING';
}

/** The CSS colour of a status, for pictures: it changes with the colour scheme. */
export function statusColor(status: RunStatus): string {
  return `var(--status-${status.toLowerCase()})`;
}
