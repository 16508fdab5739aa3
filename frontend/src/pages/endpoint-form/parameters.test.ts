import { describe, expect, test } from 'vitest';
import {
  type Field,
  findFaults,
  fingerprint,
  hasStoredSecret,
  initialValues,
  MASK,
  toParameters,
} from './parameters';

function field(key: string, valueType: Field['valueType'], more: Partial<Field> = {}): Field {
  return {
    key,
    label: key,
    valueType,
    required: false,
    description: null,
    placeholder: null,
    options: [],
    defaultValue: null,
    advanced: false,
    sensitive: false,
    ...more,
  };
}

const HOST = field('host', 'HOSTNAME', { required: true });
const PORT = field('port', 'PORT', { defaultValue: '5432' });
const PASSWORD = field('password', 'PASSWORD', { sensitive: true });
const SCHEMAS = field('schemas', 'LIST');
const READ_ONLY = field('read_only', 'BOOLEAN', { defaultValue: 'true' });
const OPTIONS = field('options', 'JSON');
const FIELDS = [HOST, PORT, PASSWORD, SCHEMAS, READ_ONLY, OPTIONS];

describe('initialValues', () => {
  test('a new form shows the defaults', () => {
    expect(initialValues(FIELDS, null)).toEqual({
      host: '',
      port: '5432',
      password: '',
      schemas: [],
      read_only: true,
      options: '',
    });
  });

  test('an edited endpoint shows what is stored, its secret as a mask', () => {
    const parameters = { host: 'db', port: 1, password: MASK, schemas: ['a'], read_only: false, options: {} };
    expect(initialValues(FIELDS, { templateId: 'x', parameters })).toEqual({
      ...parameters,
      port: '1',
      options: '{}',
    });
    expect(hasStoredSecret(PASSWORD, { parameters })).toBe(true);
    expect(hasStoredSecret(PASSWORD, { parameters: { host: MASK } })).toBe(false);
  });

  test('a text that was left empty is not filled with the default again', () => {
    const name = field('name', 'STRING', { defaultValue: 'main' });
    expect(initialValues([name], { parameters: {} })).toEqual({ name: '' });
    expect(initialValues([name], null)).toEqual({ name: 'main' });
  });
});

describe('toParameters', () => {
  test('values are sent as the connector takes them, empty ones not at all', () => {
    const values = {
      host: ' db ',
      port: '5432',
      password: '',
      schemas: [],
      read_only: false,
      options: '[1]',
    };
    expect(toParameters(FIELDS, values)).toEqual({ host: 'db', port: 5432, read_only: false, options: [1] });
  });

  test('a password keeps its spaces, and a mask is sent as it is', () => {
    expect(toParameters([PASSWORD], { password: ' x ' })).toEqual({ password: ' x ' });
    expect(toParameters([PASSWORD], { password: MASK })).toEqual({ password: MASK });
  });
});

test('what cannot be read is sent as it was typed', () => {
  expect(toParameters([PORT, OPTIONS], { port: '80x', options: '{' })).toEqual({ port: '80x', options: '{' });
});

describe('findFaults', () => {
  test('says what is missing and what cannot be read', () => {
    const values = { host: '  ', port: '99999', schemas: [], read_only: true, options: '{' };
    expect(findFaults(FIELDS, values)).toEqual({
      host: 'host is needed.',
      port: 'Must be a whole number from 1 to 65535.',
      options: 'Must be JSON.',
    });
  });

  test('finds nothing wrong with good values', () => {
    expect(findFaults(FIELDS, { host: 'db', port: '1', options: '' })).toEqual({});
  });
});

test('a fingerprint is the same for the same connection only', () => {
  expect(fingerprint('a', { x: 1, y: 2 })).toBe(fingerprint('a', { y: 2, x: 1 }));
  expect(fingerprint('a', { x: 1 })).not.toBe(fingerprint('b', { x: 1 }));
  expect(fingerprint('a', { x: 1 })).not.toBe(fingerprint('a', { x: 2 }));
});
