import { momentOf } from './moments';

/** Spans of time that end now, with their length in milliseconds; `all` is every time there was. */
export const TIME_RANGES = ['1h', '24h', '7d', '30d', 'custom', 'all'] as const;
export type TimeRange = (typeof TIME_RANGES)[number];

const HOUR = 3_600_000;
const MINUTE = 60_000;
const LENGTHS = { '1h': HOUR, '24h': 24 * HOUR, '7d': 7 * 24 * HOUR, '30d': 30 * 24 * HOUR } as const;

export const TIME_RANGE_LABELS: Readonly<Record<TimeRange, string>> = {
  '1h': 'Last hour',
  '24h': 'Last 24 hours',
  '7d': 'Last 7 days',
  '30d': 'Last 30 days',
  custom: 'From … to …',
  all: 'Any time',
};

interface Bounds {
  readonly from: string | null;
  readonly to: string | null;
}

/**
 * The bounds of `range`, as the server takes them. `since` and `until` are the texts of two fields for local date
 * and time, and count for `custom` only; one that is no date bounds nothing, and the whole of the last minute
 * is taken in.
 */
export function boundsOf(range: TimeRange, now: number, since: string, until: string): Bounds {
  if (range === 'all') return { from: null, to: null };
  if (range === 'custom') return { from: momentOf(since), to: momentOf(until, MINUTE - 1) };
  return { from: new Date(now - LENGTHS[range]).toISOString(), to: null };
}
