import { describe, expect, it } from 'vitest';
import { beforeLastNight, beforeLastWeek, localOf, momentOf } from './moments';

const MORNING = new Date(2026, 10, 23, 9, 5, 11).getTime();

describe('moments', () => {
  it('become the text of a field and come back, to the minute', () => {
    expect(localOf(MORNING)).toBe('2026-11-23T09:05');
    expect(momentOf('2026-11-23T09:05')).toBe(new Date(2026, 10, 23, 9, 5).toISOString());
    expect(momentOf(localOf(MORNING), 59_999)).toBe(new Date(2026, 10, 23, 9, 5, 59, 999).toISOString());
  });

  it('are none where a field holds none', () => {
    expect(momentOf('')).toBeNull();
    expect(momentOf('yesterday')).toBeNull();
  });

  it('before the last night are of the evening before, also across months', () => {
    expect(beforeLastNight(MORNING)).toBe(new Date(2026, 10, 22, 18).toISOString());
    expect(beforeLastNight(new Date(2026, 2, 1, 1).getTime())).toBe(new Date(2026, 1, 28, 18).toISOString());
    expect(beforeLastWeek(MORNING)).toBe(new Date(2026, 10, 15, 18).toISOString());
  });
});
