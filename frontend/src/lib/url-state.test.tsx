import { act, render } from '@testing-library/react';
import { createMemoryRouter, RouterProvider } from 'react-router';
import { describe, expect, it } from 'vitest';
import { flag, moment, oneOf, readUrl, someOf, text, texts, useUrlState, writeUrl } from './url-state';

const FIELDS = {
  search: text(),
  status: someOf(['FAILED', 'PARTIAL'] as const),
  tab: oneOf(['runs', 'changes'] as const, 'runs'),
  kind: oneOf(['TABLE', 'VIEW'] as const),
  labels: texts(),
  breaking: flag(),
  asOf: moment(),
};

describe('readUrl', () => {
  it('takes what is absent as the default', () => {
    const values = readUrl(FIELDS, new URLSearchParams());
    expect(values).toEqual({
      search: '',
      status: [],
      tab: 'runs',
      kind: null,
      labels: [],
      breaking: false,
      asOf: null,
    });
  });

  it('takes a moment as it is written, and none that has no offset or is none', () => {
    const asOf = (written: string) => readUrl(FIELDS, new URLSearchParams({ asOf: written })).asOf;
    expect(asOf('2026-11-23T08:05:11.123456Z')).toBe('2026-11-23T08:05:11.123456Z');
    expect(asOf('2026-11-23T09:05+01:00')).toBe('2026-11-23T09:05+01:00');
    for (const bad of ['2026-11-23', '2026-11-23T09:05', '2026-13-23T09:05Z', 'now'])
      expect(asOf(bad)).toBeNull();
  });

  it('takes bad input as if there were nothing', () => {
    const values = readUrl(FIELDS, new URLSearchParams('status=NONE&status=FAILED&tab=x&kind=y&labels='));
    expect(values).toMatchObject({ status: ['FAILED'], tab: 'runs', kind: null, labels: [] });
  });
});

describe('writeUrl', () => {
  it('is what readUrl reads, in the order given', () => {
    const values = {
      search: 'a&b=ü',
      status: ['FAILED', 'PARTIAL'],
      tab: 'changes',
      kind: 'VIEW',
      labels: ['z', 'a'],
      breaking: true,
      asOf: '2026-11-23T08:05:11.123456Z',
    } as const;
    expect(readUrl(FIELDS, writeUrl(FIELDS, new URLSearchParams(), values))).toEqual(values);
  });

  it('leaves out defaults, and leaves alone what is not its own', () => {
    const before = new URLSearchParams('run=5&tab=changes&search=x');
    expect(writeUrl(FIELDS, before, { tab: 'runs', search: '' }).toString()).toBe('run=5');
  });
});

describe('useUrlState', () => {
  it('changes the address; back undoes what was pushed', async () => {
    let state: ReturnType<typeof useUrlState<typeof FIELDS>> | undefined;
    const Probe = () => {
      state = useUrlState(FIELDS);
      return null;
    };
    const router = createMemoryRouter([{ path: '*', element: <Probe /> }], { initialEntries: ['/a?run=5'] });
    render(<RouterProvider router={router} />);

    await act(async () => state?.[1]({ status: ['FAILED'] }));
    await act(async () => state?.[1]({ search: 'o' }, { push: false }));
    expect(router.state.location.search).toBe('?run=5&status=FAILED&search=o');
    expect(state?.[0]).toMatchObject({ status: ['FAILED'], search: 'o' });

    await act(async () => router.navigate(-1));
    expect(router.state.location.search).toBe('?run=5');

    await act(async () => state?.[1]({ search: 'o', breaking: true }));
    await act(async () => state?.[2]());
    expect(router.state.location.search).toBe('?run=5');
  });
});
