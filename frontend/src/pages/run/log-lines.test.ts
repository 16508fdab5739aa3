import { describe, expect, it } from 'vitest';
import { EMPTY_LOG, fieldsText, LOG_PAGE, withPage } from './log-lines';

const line = (id: number) => ({
  id: String(id),
  at: '2026-11-23T09:00:00Z',
  level: 'INFO',
  message: 'm',
  fields: null,
});
const lines = (from: number, count: number) =>
  Array.from({ length: count }, (_, index) => line(from + index));

describe('withPage', () => {
  it('goes on after a full page, and knows the end by a short one', () => {
    const first = withPage(EMPTY_LOG, lines(1, LOG_PAGE));
    expect(first.isAtEnd).toBe(false);
    const second = withPage(first, lines(LOG_PAGE + 1, 3));
    expect(second.isAtEnd).toBe(true);
    expect(second.lines).toHaveLength(LOG_PAGE + 3);
  });

  it('shows no line twice when two answers overlap', () => {
    const log = withPage(withPage(EMPTY_LOG, lines(1, 3)), lines(2, 3));
    expect(log.lines.map(({ id }) => id)).toEqual(['1', '2', '3', '4']);
  });

  it('is the same log when nothing came', () => {
    const log = withPage(EMPTY_LOG, lines(1, 3));
    expect(withPage(log, [])).toBe(log);
  });
});

describe('fieldsText', () => {
  it.each([
    [null, ''],
    [{ table: 'public.orders', attempt: 2 }, 'table=public.orders attempt=2'],
    [{ names: ['a', 'b'] }, 'names=["a","b"]'],
    ['text', '"text"'],
  ])('writes %j as %s', (fields, text) => {
    expect(fieldsText(fields)).toBe(text);
  });
});
