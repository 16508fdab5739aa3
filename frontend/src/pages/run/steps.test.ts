import { expect, it } from 'vitest';
import type { RunStepName, RunStepState } from './run.generated';
import { msBetween, percentDone, phaseWords } from './steps';

it('measures what has both ends', () => {
  expect(msBetween('2026-11-23T09:00:00.000Z', '2026-11-23T09:00:01.500Z')).toBe(1500);
  expect(msBetween('2026-11-23T09:00:00Z', null)).toBeNull();
  expect(msBetween('2026-11-23T09:00:01Z', '2026-11-23T09:00:00Z')).toBe(0);
});

it('knows how far a run is when the whole is known', () => {
  expect(percentDone(5, 20)).toBe(25);
  expect(percentDone(30, 20)).toBe(100);
  expect(percentDone(5, null)).toBeNull();
  expect(percentDone(0, 0)).toBeNull();
});

const NAMES: readonly RunStepName[] = ['START', 'PREPARE', 'INGEST', 'PERSIST', 'COMPLETE'];

function running(states: readonly RunStepState[], phase: string | null = null) {
  const steps = NAMES.map((name, at) => ({
    name,
    state: states[at] ?? 'PENDING',
    startedAt: null,
    endedAt: null,
    attempts: 1,
    error: null,
  }));
  const progress = phase && { phase, done: 0, total: null, current: null, updatedAt: '2026-11-23T09:00:00Z' };
  return phaseWords({ steps, progress: progress || null });
}

it('says what a running run is at', () => {
  expect(running(['DONE', 'RUNNING'])).toBe('Beginning');
  expect(running(['DONE', 'DONE', 'RUNNING'], 'listing')).toBe('Listing what the source holds');
  expect(running(['DONE', 'DONE', 'RUNNING'], 'counting')).toBe('counting');
  expect(running(['DONE', 'DONE', 'DONE', 'RUNNING'], 'reading')).toBe('Storing in the catalog');
});

it('says when it waits for a free place', () => {
  expect(running(['DONE', 'DONE'])).toContain('free place');
});
