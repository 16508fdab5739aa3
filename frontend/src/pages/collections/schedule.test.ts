import { describe, expect, it } from 'vitest';
import { cronOf, NEW_PLAN, planOf, withCadence } from './schedule';

describe('planOf', () => {
  it.each([
    ['*/15 * * * *', { cadence: 'minutes', every: '15' }],
    ['0 * * * *', { cadence: 'hourly', minute: 0 }],
    ['@hourly', { cadence: 'hourly', minute: 0 }],
    ['30 2 * * *', { cadence: 'daily', time: '02:30' }],
    ['@daily', { cadence: 'daily', time: '00:00' }],
    ['5 17 * * 1-5', { cadence: 'weekdays', time: '17:05' }],
    ['30 2 * * 7', { cadence: 'weekly', time: '02:30', day: 0 }],
    ['@weekly', { cadence: 'weekly', time: '00:00', day: 0 }],
  ])('knows the preset of %s', (cron, preset) => {
    expect(planOf(cron)).toMatchObject(preset);
  });

  it.each([
    '30 2 1 * *',
    '*/7 * * * *',
    '60 2 * * *',
    '30 24 * * *',
    '0 9-17 * * *',
    '0 2 * * MON',
    '0 2 * * 8',
  ])('leaves %s as it is', (cron) => {
    const plan = planOf(cron);
    expect(plan.cadence).toBe('cron');
    expect(cronOf(plan)).toBe(cron);
  });

  it('has a cadence for no schedule', () => {
    expect(planOf(null).cadence).toBe('manual');
    expect(cronOf(planOf(null))).toBeNull();
  });
});

describe('cronOf', () => {
  it.each(['*/5 * * * *', '59 * * * *', '0 0 * * *', '30 2 * * 1-5', '7 23 * * 6'])(
    'gives back %s',
    (cron) => {
      expect(cronOf(planOf(cron))).toBe(cron);
    },
  );

  it('waits for a time', () => {
    expect(cronOf({ ...NEW_PLAN, cadence: 'daily', time: '' })).toBe('');
  });
});

describe('withCadence', () => {
  it('carries what was chosen over to cron', () => {
    expect(withCadence({ ...NEW_PLAN, cadence: 'weekly', day: 3 }, 'cron').cron).toBe('30 2 * * 3');
  });

  it('keeps what was typed when turning away from cron', () => {
    const typed = { ...NEW_PLAN, cadence: 'cron', cron: '1 2 3 4 5' } as const;
    expect(withCadence(typed, 'daily')).toEqual({ ...typed, cadence: 'daily' });
  });
});
