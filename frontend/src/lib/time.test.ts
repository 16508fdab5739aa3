import { describe, expect, it } from 'vitest';
import { clockTime, dayAndTime, exactTime, relativeTime, untilWordsChange } from './time';

const NOW = Date.parse('2026-11-23T09:05:00Z');

describe('relativeTime', () => {
  it.each([
    ['2026-11-23T09:04:55Z', 'just now'],
    ['2026-11-23T09:05:09Z', 'just now'],
    ['2026-11-23T09:04:15Z', '45 seconds ago'],
    ['2026-11-23T09:03:59Z', '1 minute ago'],
    ['2026-11-23T08:05:01Z', '59 minutes ago'],
    ['2026-11-23T08:05:00Z', '1 hour ago'],
    ['2026-11-23T11:05:00Z', 'in 2 hours'],
    ['2026-11-22T09:05:00Z', 'yesterday'],
    ['2026-11-25T09:05:00Z', 'in 2 days'],
    ['2026-08-23T09:05:00Z', '3 months ago'],
    ['2021-11-23T09:05:00.123456Z', '5 years ago'],
  ])('says of %s “%s”', (moment, words) => {
    expect(relativeTime(moment, NOW)).toBe(words);
  });
});

describe('untilWordsChange', () => {
  it('is short for what is near and long for what is far', () => {
    expect(untilWordsChange('2026-11-23T09:04:30Z', NOW)).toBe(1000);
    expect(untilWordsChange('2026-11-23T08:30:00Z', NOW)).toBe(30_000);
    expect(untilWordsChange('2026-11-20T08:30:00Z', NOW)).toBe(1_800_000);
  });
});

describe('exact times', () => {
  // a comma behind the weekday comes and goes with the browser's version
  it('are in the zone asked for, and name it', () => {
    expect(exactTime('2026-11-23T08:05:11.5Z', 'Europe/Berlin')).toMatch(
      /^Mon,? 23 Nov 2026, 09:05:11 CET \(Europe\/Berlin\)$/,
    );
    expect(exactTime('2026-07-01T00:30:00Z', 'America/New_York')).toMatch(/^Tue,? 30 Jun 2026, 20:30:00 /);
  });

  it('are short where there is little room', () => {
    expect(clockTime('2026-11-23T08:05:11Z', 'UTC')).toBe('08:05');
    expect(dayAndTime('2026-11-23T08:05:11Z', 'Asia/Kathmandu', NOW)).toMatch(/^Mon,? 23 Nov, 13:50$/);
    expect(dayAndTime('2027-03-28T01:30:00Z', 'UTC', NOW)).toMatch(/^Sun,? 28 Mar 2027, 01:30$/);
  });
});
