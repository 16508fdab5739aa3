import { describe, expect, it } from 'vitest';
import { readUrl } from '@/lib/url-state';
import { FIELDS, isFiltered, propertyChanges, variablesOf } from './audit';

function filters(search: string) {
  return readUrl(FIELDS, new URLSearchParams(search));
}

describe('propertyChanges', () => {
  it('sets what was against what is', () => {
    expect(propertyChanges({ scheduleCron: null }, { scheduleCron: '@hourly' })).toEqual([
      { name: 'scheduleCron', before: 'none', after: '@hourly' },
    ]);
  });

  it('names properties of properties', () => {
    const after = { config: { parameters: { port: 5432 } }, labels: ['a', 'b'] };
    expect(propertyChanges(null, after)).toEqual([
      { name: 'config.parameters.port', before: undefined, after: '5432' },
      { name: 'labels', before: undefined, after: 'a, b' },
    ]);
  });

  it('has nothing to say of nothing', () => {
    expect(propertyChanges(null, null)).toEqual([]);
  });
});

describe('variablesOf', () => {
  it('passes on what the address names', () => {
    const { filter, after } = variablesOf(filters('actor=ci&action=signIn&outcome=REFUSED&trail=7'), 0);
    expect(filter).toEqual({
      actor: 'ci',
      action: 'signIn',
      objectKind: null,
      outcome: 'REFUSED',
      from: null,
      to: null,
    });
    expect(after).toBe('7');
  });
});

describe('isFiltered', () => {
  it('tells a filter from a page and from the tab', () => {
    expect(isFiltered(filters('tab=audit&trail=7'))).toBe(false);
    expect(isFiltered(filters('object=RUN'))).toBe(true);
  });
});
