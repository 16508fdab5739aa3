import { describe, expect, it } from 'vitest';
import { expiryOf, stateOf, type Token } from './tokens';

const NOW = Date.parse('2026-11-23T09:00:00Z');

function token(more: Partial<Token>): Token {
  return {
    id: '1',
    name: 'ci',
    role: 'VIEWER',
    createdAt: '2026-11-01T00:00:00Z',
    lastUsedAt: null,
    expiresAt: null,
    revokedAt: null,
    ...more,
  };
}

describe('stateOf', () => {
  it('tells what is still accepted', () => {
    expect(stateOf(token({}), NOW)).toBe('active');
    expect(stateOf(token({ expiresAt: '2026-11-23T09:00:01Z' }), NOW)).toBe('active');
    expect(stateOf(token({ expiresAt: '2026-11-23T09:00:00Z' }), NOW)).toBe('expired');
  });

  it('calls a revoked token revoked, expired or not', () => {
    const both = { expiresAt: '2026-01-01T00:00:00Z', revokedAt: '2026-01-01T00:00:00Z' };
    expect(stateOf(token(both), NOW)).toBe('revoked');
  });
});

describe('expiryOf', () => {
  it('counts days from now', () => {
    expect(expiryOf('30', NOW)).toBe('2026-12-23T09:00:00.000Z');
    expect(expiryOf('never', NOW)).toBeNull();
  });
});
