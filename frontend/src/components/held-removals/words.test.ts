import { describe, expect, it } from 'vitest';
import type { HeldFragment } from './held-removals.generated';
import { heldTitle, stillGone, whyHeld } from './words';

const HELD: HeldFragment = {
  run: { id: 'r', stats: { seen: 32 } },
  endpoint: { id: 'e', name: 'Shop', policy: { removalSharePercent: 10, removalMinimum: 10 } },
  heldAt: '2026-11-23T09:00:00Z',
  count: 35,
  liveCount: 1067,
  decision: null,
  decidedAt: null,
  decidedBy: null,
};

describe('heldTitle', () => {
  it('says how many of how many wait', () => {
    expect(heldTitle(HELD)).toBe('Removal of 35 of 1,067 datasets waits for a decision');
  });

  it('says what became of them', () => {
    expect(heldTitle({ ...HELD, count: 1, decision: 'APPROVED' })).toBe('1 dataset removed, as approved');
    expect(heldTitle({ ...HELD, decision: 'SEEN' })).toBe('A later run saw 35 datasets again');
  });
});

describe('whyHeld', () => {
  it('names an empty source before anything else', () => {
    expect(whyHeld({ ...HELD, liveCount: 35, run: { id: 'r', stats: { seen: 0 } } })).toContain(
      'no dataset at all',
    );
  });

  it('names the limit that was passed', () => {
    expect(whyHeld({ ...HELD, liveCount: 67 })).toContain('More than 10 %');
  });

  it('does not name a limit that was not', () => {
    expect(whyHeld(HELD)).toContain('by a person before');
    expect(whyHeld({ ...HELD, count: 9, liveCount: 10 })).toContain('by a person before');
  });
});

describe('stillGone', () => {
  const change = (id: string, removedAt: string | null) => ({
    id,
    at: '2026-11-23T09:00:00Z',
    dataset: { id, displayName: id, removedAt },
  });
  const gone = change('gone', '2026-11-23T09:00:00Z');
  const others = [change('back', null), change('removed later', '2026-11-24T09:00:00Z')];

  it('leaves out what came back, also when it went once more', () => {
    expect(stillGone({ totalCount: 3, nodes: [gone, ...others] })).toEqual({
      names: ['gone'],
      words: '1 dataset',
    });
    expect(stillGone({ totalCount: 2, nodes: others })).toBeNull();
  });

  it('says so when not all were looked at', () => {
    expect(stillGone({ totalCount: 120, nodes: [gone] })?.words).toBe('up to 120 datasets');
  });
});
