import { expect, test } from 'vitest';
import { failureOf, runOutcome } from './run-words';

const STATS = { seen: 1200, added: 0, changed: 0, removed: 0 };
const RUN = { status: 'SUCCEEDED', error: null, skipReason: null, stats: STATS } as const;

test('a run that found nothing new says so', () => {
  expect(runOutcome(RUN)).toBe('1,200 datasets · no changes');
});

test('only what differs is counted', () => {
  expect(runOutcome({ ...RUN, stats: { ...STATS, seen: 1, added: 2, removed: 3 } })).toBe(
    '1 dataset · 2 added · 3 removed',
  );
});

test('a failure and a skip say why', () => {
  const failed = { ...RUN, status: 'FAILED', error: 'No answer.' } as const;
  expect(runOutcome(failed)).toBe('No answer.');
  expect(runOutcome({ ...RUN, status: 'SKIPPED', skipReason: 'Disabled.', stats: null })).toBe('Disabled.');
});

test('a run that has not ended says where it stands', () => {
  expect(runOutcome({ ...RUN, status: 'QUEUED', stats: null })).toBe('Waits to begin');
  expect(runOutcome({ ...RUN, status: 'RUNNING', stats: null })).toBe('Under way');
  expect(runOutcome({ ...RUN, status: 'CANCELED', stats: null })).toBe('–');
});

test('an endpoint fails by its newest run that read or tried to', () => {
  const runs = (...statuses: ('QUEUED' | 'SKIPPED' | 'FAILED' | 'PARTIAL' | 'SUCCEEDED')[]) =>
    statuses.map((status) => ({ status }));
  expect(failureOf(runs('QUEUED', 'SKIPPED', 'FAILED', 'SUCCEEDED'))?.status).toBe('FAILED');
  expect(failureOf(runs('PARTIAL'))?.status).toBe('PARTIAL');
  expect(failureOf(runs('SUCCEEDED', 'FAILED'))).toBeUndefined();
  expect(failureOf([])).toBeUndefined();
});
