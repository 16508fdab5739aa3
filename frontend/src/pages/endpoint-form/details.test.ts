import { expect, test } from 'vitest';
import { changedDetails, initialDetails, newDetails } from './details';

test('a new endpoint is suggested the labels of its connector', () => {
  expect(initialDetails(null, ['postgres'])).toMatchObject({ name: '', labels: ['postgres'] });
});

test('what was left empty is not given', () => {
  const details = { ...initialDetails(null, []), name: ' Orders ', domain: ' ' };
  expect(newDetails(details)).toEqual({
    name: 'Orders',
    description: null,
    domain: null,
    labels: [],
    sourceId: null,
  });
});

test('a change names everything but the source id', () => {
  const stored = { name: 'Orders', description: null, domain: 'Sales', labels: ['a'], sourceId: 'orders' };
  expect(changedDetails({ ...initialDetails(stored, ['x']), domain: '' })).toEqual({
    name: 'Orders',
    description: null,
    domain: null,
    labels: ['a'],
  });
});
