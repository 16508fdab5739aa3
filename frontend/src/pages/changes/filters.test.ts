import { describe, expect, it } from 'vitest';
import { readUrl } from '@/lib/url-state';
import { FIELDS, isFiltered, variablesOf } from './filters';

function filters(search: string) {
  return readUrl(FIELDS, new URLSearchParams(search));
}

describe('variablesOf', () => {
  it('restricts nothing that the address does not name', () => {
    expect(variablesOf(filters(''), 0)).toEqual({
      endpointId: null,
      datasetId: null,
      runId: null,
      kinds: null,
      breakingOnly: false,
      from: null,
      to: null,
      after: null,
    });
  });

  it('passes on what it names', () => {
    const found = variablesOf(filters('endpoint=e&run=r&kind=COLUMN_ADDED&breaking=1&range=24h'), 86_400_000);
    expect(found).toMatchObject({
      endpointId: 'e',
      runId: 'r',
      kinds: ['COLUMN_ADDED'],
      breakingOnly: true,
      from: '1970-01-01T00:00:00.000Z',
    });
  });

  it('leaves out kinds that there are not', () => {
    expect(variablesOf(filters('kind=NONSENSE'), 0).kinds).toBeNull();
  });

  it('goes on after the last page gone through', () => {
    expect(variablesOf(filters('trail=30&trail=12'), 0).after).toBe('12');
  });
});

describe('isFiltered', () => {
  it('tells a filter from a page', () => {
    expect(isFiltered(filters('trail=30'))).toBe(false);
    expect(isFiltered(filters('breaking=1'))).toBe(true);
    expect(isFiltered(filters('run=7'))).toBe(true);
  });
});
