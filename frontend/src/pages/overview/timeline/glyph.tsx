import type { RunStatus } from '@/components/status';

/** Each status's shape about the origin, for those who do not tell its colour. */
const SHAPES: Readonly<Record<RunStatus, string>> = {
  QUEUED: 'M 0 -4.5 A 4.5 4.5 0 1 0 0 4.5 A 4.5 4.5 0 1 0 0 -4.5 Z',
  RUNNING: 'M -3.5 -6 L 5 0 L -3.5 6 Z',
  SUCCEEDED: 'M -2.5 -6 H 2.5 V 6 H -2.5 Z',
  PARTIAL: 'M 0 -6.5 L 6 5.5 H -6 Z',
  FAILED: 'M -4.5 -5 L 4.5 5 M 4.5 -5 L -4.5 5',
  SKIPPED: 'M -3.5 -5 L 1.5 0 L -3.5 5 M 0.5 -5 L 5.5 0 L 0.5 5',
  CANCELED: 'M -4.5 -4.5 H 4.5 V 4.5 H -4.5 Z M -4.5 4.5 L 4.5 -4.5',
};

/** A run's mark. */
export function Glyph({ status }: { readonly status: RunStatus }) {
  return <path d={SHAPES[status]} />;
}
