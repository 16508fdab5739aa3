import { expect, test } from 'vitest';
import { kindWords, scheduleWords } from './summary';

const COLLECTION = {
  id: 'c',
  isEnabled: true,
  scheduleDescription: 'Every day at 02:30 (Europe/Berlin)',
  scheduleState: 'ACTIVE' as const,
  nextRunsAt: [],
  activeRun: null,
};

test('a schedule reads as the server words it', () => {
  expect(scheduleWords({ collections: [COLLECTION] })).toBe('Every day at 02:30 (Europe/Berlin)');
});

test('no schedule, no collection and a disabled one are told apart', () => {
  const manual = { ...COLLECTION, scheduleDescription: null };
  expect(scheduleWords({ collections: [manual] })).toBe('Manual only');
  expect(scheduleWords({ collections: [] })).toBe('No collection');
  expect(scheduleWords({ collections: [{ ...manual, isEnabled: false }] })).toBe('Disabled · Manual only');
});

test('the kind is the connector by name', () => {
  const titles = new Map([['postgres', 'PostgreSQL']]);
  expect(kindWords('postgres', titles)).toBe('PostgreSQL');
  expect(kindWords('newer', titles)).toBe('newer');
  expect(kindWords(null, titles)).toBe('No connector');
});
