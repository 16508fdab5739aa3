import { expect, test } from 'vitest';
import { ApiError } from '@/api/errors';
import { refusedFields, refusedTest } from './refusals';

test('bad input marks parameters and details alike', () => {
  const fields = {
    name: ['Must not be empty.'],
    'labels.2': ['Too long.', 'Odd.'],
    'config.parameters.port': ['Not a valid integer.'],
    'parameters.schemas.0': ['Must not be empty.'],
  };
  expect(refusedFields(new ApiError('E_BAD_INPUT', 'Bad.', { fields }))).toEqual({
    name: 'Must not be empty.',
    labels: 'Too long. Odd.',
    'parameter:port': 'Not a valid integer.',
    'parameter:schemas': 'Must not be empty.',
  });
});

test('a source id that is taken marks its field', () => {
  const error = new ApiError('E_DUPLICATE_SOURCE_ID', 'Taken.', { sourceId: 'x' });
  expect(refusedFields(error)).toEqual({ sourceId: 'Taken.' });
});

test('other errors mark nothing', () => {
  expect(refusedFields(new ApiError('E_INTERNAL', 'Internal error'))).toEqual({});
  expect(refusedTest(new ApiError('E_INTERNAL', 'Internal error'))).toBeNull();
});

test('a refused connection brings the steps of its test', () => {
  const diagnostics = [{ level: 'ERROR', code: 'SOURCE_REFUSED', message: 'No.', hint: null, field: 'port' }];
  expect(refusedTest(new ApiError('E_CONN_TEST_FAILED', 'No.', { diagnostics }))).toEqual(diagnostics);
});
