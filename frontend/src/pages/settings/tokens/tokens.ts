import type { ApiTokensQuery } from '../settings.generated';

export type Token = ApiTokensQuery['apiTokens'][number];
export type TokenState = 'active' | 'expired' | 'revoked';

/** Whether a token is accepted at `now` (milliseconds), and why not. */
export function stateOf({ expiresAt, revokedAt }: Token, now: number): TokenState {
  if (revokedAt !== null) return 'revoked';
  return expiresAt !== null && Date.parse(expiresAt) <= now ? 'expired' : 'active';
}

/** How long a new token is to be valid, in days; null: for ever. */
export const LIFETIMES = {
  '30': { label: '30 days', days: 30 },
  '90': { label: '90 days', days: 90 },
  '365': { label: '1 year', days: 365 },
  never: { label: 'No end', days: null },
} as const;
export type Lifetime = keyof typeof LIFETIMES;

const DAY = 86_400_000;

/** When a token made at `now` stops being valid; null: never. */
export function expiryOf(lifetime: Lifetime, now: number): string | null {
  const { days } = LIFETIMES[lifetime];
  return days === null ? null : new Date(now + days * DAY).toISOString();
}
