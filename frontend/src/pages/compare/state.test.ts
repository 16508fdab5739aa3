import { describe, expect, it } from 'vitest';
import { readUrl, writeUrl } from '@/lib/url-state';
import { exchanged, FIELDS, isBreaking, isComparable, runLabel, variablesOf } from './state';

const read = (query: string) => readUrl(FIELDS, new URLSearchParams(query));

describe('what the address of a comparison says', () => {
  it('comes back as it was written', () => {
    const state = read('endpoint=e&fromRun=a&to=2026-11-23T09:00:00.000Z&open=1&trail=d');
    expect(readUrl(FIELDS, writeUrl(FIELDS, new URLSearchParams(), state))).toEqual(state);
    expect(variablesOf(state)).toEqual({
      endpointId: 'e',
      from: null,
      fromRunId: 'a',
      to: '2026-11-23T09:00:00.000Z',
      toRunId: null,
      after: 'd',
    });
  });

  it('never gives a run and a moment for the same side', () => {
    const both = read('endpoint=e&from=2026-11-22T09:00:00Z&fromRun=a&to=2026-11-23T09:00:00Z&toRun=b');
    expect(variablesOf(both)).toMatchObject({ from: null, fromRunId: 'a', to: null, toRunId: 'b' });
  });

  it('is not enough without an endpoint and a state to begin with', () => {
    expect(isComparable(read('endpoint=e'))).toBe(false);
    expect(isComparable(read('fromRun=a'))).toBe(false);
    expect(isComparable(read('endpoint=e&from=nonsense'))).toBe(false);
    expect(isComparable(read('endpoint=e&fromRun=a'))).toBe(true);
  });

  it('can be changed round', () => {
    expect(exchanged(read('fromRun=a&toRun=b'))).toEqual({ from: null, fromRun: 'b', to: null, toRun: 'a' });
  });
});

describe('isBreaking', () => {
  const dataset = { id: 'd', displayName: 'd', kind: 'TABLE' } as const;
  const change = { kind: 'COLUMN_ADDED', field: 'a', before: null, after: null, isBreaking: false } as const;

  it('is what is gone, and what holds a breaking change', () => {
    expect(isBreaking({ kind: 'REMOVED', dataset, changes: [] })).toBe(true);
    expect(isBreaking({ kind: 'CHANGED', dataset, changes: [change] })).toBe(false);
    expect(isBreaking({ kind: 'CHANGED', dataset, changes: [change, { ...change, isBreaking: true }] })).toBe(
      true,
    );
  });
});

describe('runLabel', () => {
  it('says what the run found', () => {
    const run = { requestedAt: '2026-11-23T09:00:00Z', completedAt: null, stats: null };
    expect(runLabel(run)).not.toContain('+');
    expect(runLabel({ ...run, stats: { added: 1200, changed: 0, removed: 2 } })).toContain('+1,200 ~0 −2');
  });
});
