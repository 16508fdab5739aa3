import { describe, expect, it } from 'vitest';
import { countOf, failedRunOf, fireTime, groupChanges, nextOfEach, whyOf } from './summary';

function change(id: string, runId: string, more: object = {}) {
  return {
    id,
    runId,
    at: '2026-11-23T02:30:00Z',
    kind: 'DATASET_ADDED' as const,
    field: null,
    isBreaking: false,
    dataset: { id: `d${id}`, displayName: `main.t${id}`, sourceEndpoint: { id: 'e', name: 'Orders' } },
    ...more,
  };
}

describe('groupChanges', () => {
  it('puts breaking changes first, one by one', () => {
    const removed = change('9', 'r1', { kind: 'COLUMN_REMOVED', isBreaking: true });
    const groups = groupChanges([removed], [change('10', 'r2'), removed], 5);
    expect(groups.map(({ first }) => first.id)).toEqual(['9', '10']);
  });

  it('says once what happened to many datasets in a run', () => {
    const groups = groupChanges([], [change('1', 'r1'), change('2', 'r1'), change('3', 'r2')], 5);
    expect(groups.map(({ count }) => count)).toEqual([2, 1]);
    expect(groups[0]?.names).toEqual(['main.t1', 'main.t2']);
  });

  it('stops at the limit', () => {
    expect(groupChanges([], [change('1', 'r1'), change('2', 'r2')], 1)).toHaveLength(1);
  });
});

describe('nextOfEach', () => {
  it('lists a collection that fires often only once', () => {
    const fire = (collectionId: string, at: string) => ({
      at,
      collectionId,
      endpointId: collectionId,
      endpointName: collectionId,
      scheduleCron: '* * * * *',
      scheduleTimezone: 'UTC',
    });
    const fires = [fire('a', '1'), fire('a', '2'), fire('b', '3'), fire('c', '4')];
    expect(nextOfEach(fires, 2).map(({ at }) => at)).toEqual(['1', '3']);
  });
});

describe('failedRunOf', () => {
  const run = (status: 'QUEUED' | 'FAILED' | 'SKIPPED', id: string) => ({
    id,
    status,
    requestedAt: '',
    completedAt: null,
    error: null,
    errorCode: null,
    stats: null,
  });

  it('looks behind runs that have not ended, or were skipped', () => {
    const collection = {
      id: 'c',
      isEnabled: true,
      endpoint: { id: 'e', name: 'Orders' },
      activeRun: null,
      runs: [run('QUEUED', '3'), run('SKIPPED', '2'), run('FAILED', '1')],
    };
    expect(failedRunOf(collection)?.id).toBe('1');
  });
});

describe('whyOf', () => {
  it('counts what could not be read when there is no other word', () => {
    expect(whyOf({ error: 'The source is away.', stats: { failed: 2 } })).toBe('The source is away.');
    expect(whyOf({ error: null, stats: { failed: 2 } })).toBe('2 objects could not be read.');
    expect(whyOf({ error: null, stats: null })).toBeNull();
  });
});

describe('fireTime', () => {
  it('names the day of what is far away', () => {
    const now = Date.parse('2026-11-23T09:05:00Z');
    expect(fireTime('2026-11-23T09:30:00Z', now)).toMatch(/^\d\d:\d\d$/);
    expect(fireTime('2026-11-24T12:00:00Z', now)).toMatch(/^(Mon|Tue|Wed) \d\d:\d\d$/);
  });
});

describe('countOf', () => {
  it('adds up the statuses asked for', () => {
    const counts = [
      { status: 'FAILED' as const, count: 2 },
      { status: 'PARTIAL' as const, count: 3 },
    ];
    expect(countOf(counts, 'FAILED', 'PARTIAL')).toBe(5);
    expect(countOf(counts, 'RUNNING')).toBe(0);
  });
});
