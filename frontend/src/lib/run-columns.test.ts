import { expect, it } from 'vitest';
import { runsOf } from './run-columns';

const COLUMNS = {
  id: ['a', 'b'],
  status: ['SUCCEEDED', 'RUNNING'],
  trigger: ['MANUAL', 'SCHEDULE'],
  requestedAt: [1, 2],
  startedAt: [3, null],
  completedAt: [4, null],
} as const;

it('makes a run of each row', () => {
  expect(runsOf(COLUMNS)).toEqual([
    { id: 'a', status: 'SUCCEEDED', trigger: 'MANUAL', requestedAt: 1, startedAt: 3, completedAt: 4 },
    { id: 'b', status: 'RUNNING', trigger: 'SCHEDULE', requestedAt: 2, startedAt: null, completedAt: null },
  ]);
});

it('refuses columns that do not belong together', () => {
  expect(() => runsOf({ ...COLUMNS, status: [] })).toThrow(RangeError);
});
