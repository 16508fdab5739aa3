import { expect, it } from 'vitest';
import { ApiError } from '@/api/errors';
import { fieldError } from './field-errors';

const CRON = ['cron', 'scheduleCron'];
const refused = (fields: unknown) => new ApiError('E_BAD_INPUT', 'Bad input.', { fields });

it('finds a field by the last part of its path', () => {
  expect(fieldError(refused({ cron: ['“x” is no number.'] }), CRON)).toBe('“x” is no number.');
  expect(fieldError(refused({ 'input.scheduleCron': ['One.', 'Two.'] }), CRON)).toBe('One. Two.');
});

it('has nothing against other fields, or without fields', () => {
  expect(fieldError(refused({ timezone: ['No zone.'] }), CRON)).toBeNull();
  expect(fieldError(new ApiError('E_LIMIT', 'Too many.'), CRON)).toBeNull();
  expect(fieldError(undefined, CRON)).toBeNull();
});
