import { describe, expect, it } from 'vitest';
import { readUrl, writeUrl } from '@/lib/url-state';
import { FIELDS, isColumnHit, isFiltered, variablesFor } from './filters';

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
      after: 'c1',
    });
  });

  it('ask for everything when the address says nothing, or nonsense', () => {
    expect(variablesFor(read('kind=NO_SUCH&q=%20'))).toEqual({
      search: null,
      endpointId: null,
      schema: null,
      kind: null,
      labels: null,
      includeRemoved: false,
      after: null,
    });
  });

  it('narrow the list unless they only show more of it', () => {
    expect(isFiltered(read('removed=1&trail=c1'))).toBe(false);
    expect(isFiltered(read('label=x'))).toBe(true);
    expect(isFiltered(read('kind=TABLE'))).toBe(true);
  });
});

describe('isColumnHit', () => {
  const orders = { displayName: 'public.orders', description: 'What was bought' };

  it('is true only when nothing that is shown holds the text', () => {
    expect(isColumnHit(orders, 'customer_id')).toBe(true);
    expect(isColumnHit(orders, ' ORDERS ')).toBe(false);
    expect(isColumnHit(orders, 'bought')).toBe(false);
    expect(isColumnHit(orders, '')).toBe(false);
  });
});
