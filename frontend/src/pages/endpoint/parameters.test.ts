import { expect, test } from 'vitest';
import { parameterFacts } from './parameters';

const FIELDS = [
  { key: 'host', label: 'Host' },
  { key: 'port', label: 'Port' },
];

test('parameters stand in the order of the form, unknown ones last', () => {
  const config = { templateId: 'postgres', parameters: { odd: true, port: 5432, host: 'db' } };
  expect(parameterFacts(config, FIELDS)).toEqual([
    { key: 'host', label: 'Host', value: 'db' },
    { key: 'port', label: 'Port', value: '5432' },
    { key: 'odd', label: 'odd', value: 'Yes' },
  ]);
});

test('lists are joined, and what is not given is left out', () => {
  const config = { parameters: { host: ['a', 'b'], port: null } };
  expect(parameterFacts(config, FIELDS)).toEqual([{ key: 'host', label: 'Host', value: 'a, b' }]);
});

test('an endpoint without a connector has none', () => {
  expect(parameterFacts(null, FIELDS)).toEqual([]);
});
