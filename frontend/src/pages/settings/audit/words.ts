import { IconAlertTriangle, IconCircleCheck, IconLock } from '@/components/icons';

export const OBJECT_WORDS = {
  ENDPOINT: 'Endpoint',
  COLLECTION: 'Collection',
  RUN: 'Run',
  API_TOKEN: 'API token',
} as const;

/** What came of it, in words, with a shape and a colour. */
export const OUTCOME_LOOKS = {
  SUCCEEDED: { label: 'Done', icon: IconCircleCheck, color: 'var(--status-succeeded)' },
  REFUSED: { label: 'Refused', icon: IconLock, color: 'var(--status-partial)' },
  FAILED: { label: 'Failed', icon: IconAlertTriangle, color: 'var(--status-failed)' },
} as const;
