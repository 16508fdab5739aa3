import { expect, test } from 'vitest';
import { type Collectable, whyNotTrigger } from './why-not-trigger';

const ENDPOINT: Collectable = {
  capabilities: ['metadata'],
  collections: [{ isEnabled: true, activeRun: null }],
  runs: [],
};

test('an enabled collection without an active run can be triggered', () => {
  expect(whyNotTrigger(ENDPOINT)).toBeNull();
});

test('without the metadata capability nothing is collected', () => {
  expect(whyNotTrigger({ ...ENDPOINT, capabilities: [] })).toMatch(/no connector/);
});

test('a disabled collection says so, even while its last run goes on', () => {
  const collections = [{ isEnabled: false, activeRun: { status: 'RUNNING' as const } }];
  expect(whyNotTrigger({ ...ENDPOINT, collections })).toMatch(/disabled/);
});

test('an active run says how far it is', () => {
  const withRun = (status: 'QUEUED' | 'RUNNING') =>
    whyNotTrigger({ ...ENDPOINT, collections: [{ isEnabled: true, activeRun: { status } }] });
  expect(withRun('QUEUED')).toMatch(/queued/);
  expect(withRun('RUNNING')).toMatch(/under way/);
});

test('a collection that was deleted is told from one that never was', () => {
  expect(whyNotTrigger({ ...ENDPOINT, collections: [] })).toBeNull();
  expect(whyNotTrigger({ ...ENDPOINT, collections: [], runs: [{}] })).toMatch(/deleted/);
});
