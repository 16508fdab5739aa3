import { describe, expect, it } from 'vitest';
import { initialPolicy, isPolicyGiven, policyFaults, policyInput } from './policy';

const DEFAULTS = {
  removalSharePercent: 10,
  removalMinimum: 10,
  sourcePauseMs: null,
  statementSeconds: null,
  fullPassHours: null,
};
const NOTHING = initialPolicy(null);

describe('the policy of an endpoint', () => {
  it('shows what differs from the defaults only', () => {
    expect(initialPolicy(DEFAULTS)).toEqual(NOTHING);
    expect(initialPolicy({ ...DEFAULTS, removalSharePercent: 2.5, fullPassHours: 0 })).toEqual({
      ...NOTHING,
      removalSharePercent: '2.5',
      fullPassHours: '0',
    });
    expect(isPolicyGiven(NOTHING)).toBe(false);
    expect(isPolicyGiven({ ...NOTHING, fullPassHours: '0' })).toBe(true);
  });

  it('sets the default again where a field was emptied', () => {
    expect(policyInput({ ...NOTHING, removalMinimum: ' 25 ' })).toEqual({
      removalSharePercent: null,
      removalMinimum: 25,
      sourcePauseMs: null,
      statementSeconds: null,
      fullPassHours: null,
    });
  });

  it('finds what cannot be used, at its field', () => {
    const texts = { ...NOTHING, removalSharePercent: '101', removalMinimum: '1.5', statementSeconds: '0' };
    expect(policyFaults(texts)).toEqual({
      'policy.removalSharePercent': 'Must be a number from 0 to 100.',
      'policy.removalMinimum': 'Must be a whole number from 1 to 1,000,000.',
      'policy.statementSeconds': 'Must be a whole number from 1 to 86,400.',
    });
    expect(policyFaults({ ...NOTHING, removalSharePercent: '0.5', sourcePauseMs: '0' })).toEqual({});
    expect(policyFaults({ ...NOTHING, fullPassHours: '1e3' })).not.toEqual({});
  });
});
