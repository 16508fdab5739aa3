/** The spans of time that run history offers. */
export const RANGES = ['1h', '24h', '7d', '30d', 'custom'] as const;
export type Range = (typeof RANGES)[number];

export const RANGE_LABELS: Record<Range, string> = {
  '1h': 'Last hour',
  '24h': 'Last 24 hours',
  '7d': 'Last 7 days',
  '30d': 'Last 30 days',
  custom: 'From … to …',
};

const HOUR = 3_600_000;
const MINUTE = 60_000;
const LENGTHS: Record<Exclude<Range, 'custom'>, number> = {
  '1h': HOUR,
  '24h': 24 * HOUR,
  '7d': 7 * 24 * HOUR,
  '30d': 30 * 24 * HOUR,
};

export interface Span {
  readonly from?: string;
  readonly to?: string;
}

/**
 * The span that a choice means at `now` (milliseconds); `from` and `to` are `YYYY-MM-DDTHH:MM` in the viewer's
 * zone and may be empty. The beginning moves on by whole minutes only, so that it can stand in a query.
 */
export function spanOf(range: Range | null, from: string, to: string, now: number): Span {
  if (range === null) return {};
  if (range !== 'custom') {
    return { from: new Date(Math.floor(now / MINUTE) * MINUTE - LENGTHS[range]).toISOString() };
  }
  const begin = instant(from, 0);
  const end = instant(to, MINUTE - 1);
  return { ...(begin && { from: begin }), ...(end && { to: end }) };
}

/** The moment of a local time; `added` milliseconds take in the whole of the last minute. */
function instant(local: string, added: number): string | null {
  const moment = Date.parse(local);
  return Number.isNaN(moment) ? null : new Date(moment + added).toISOString();
}
