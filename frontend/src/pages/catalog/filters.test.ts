import { describe, expect, it } from 'vitest';
import { readUrl, writeUrl } from '@/lib/url-state';
import { FIELDS, facetsChosen, isFiltered, variablesFor } from './filters';

const read = (query: string) => readUrl(FIELDS, new URLSearchParams(query));

describe('the filters of the catalog', () => {
  it('come back from the address as they were written', () => {
    const filters = read('q=a%20b&endpoint=e1&schema=public&kind=VIEW&label=x&label=y&removed=1&trail=c1');
    expect(readUrl(FIELDS, writeUrl(FIELDS, new URLSearchParams(), filters))).toEqual(filters);
    expect(variablesFor(filters)).toEqual({
      search: 'a b',
      endpointId: 'e1',
      schema: 'public',
      kind: 'VIEW',
      labels: ['x', 'y'],
      includeRemoved: true,
      asOf: null,
      after: 'c1',
    });
  });

  it('ask for everything when the address says nothing, or nonsense', () => {
    expect(variablesFor(read('kind=NO_SUCH&q=%20&asOf=yesterday'))).toEqual({
      search: null,
      endpointId: null,
      schema: null,
      kind: null,
      labels: null,
      includeRemoved: false,
      asOf: null,
      after: null,
    });
  });

  it('narrow the list unless they only show more of it', () => {
    expect(isFiltered(read('removed=1&trail=c1&asOf=2026-11-23T09:00:00Z'))).toBe(false);
    expect(isFiltered(read('label=x'))).toBe(true);
    expect(isFiltered(read('kind=TABLE'))).toBe(true);
    expect(facetsChosen(read('q=a&kind=TABLE&label=x&label=y'))).toBe(3);
  });

  it('do not ask for what is gone at a moment in the past: then it was there, or it was not', () => {
    const { includeRemoved, asOf } = variablesFor(read('removed=1&asOf=2026-11-23T09:00:00Z'));
    expect([includeRemoved, asOf]).toEqual([false, '2026-11-23T09:00:00Z']);
  });
});
