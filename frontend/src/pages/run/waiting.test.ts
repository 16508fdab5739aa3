import { expect, it } from 'vitest';
import { waitingFor } from './waiting';

const service = (name: 'TEMPORAL' | 'WORKER', state: 'OK' | 'DOWN' | 'UNKNOWN') => ({ name, state });

it('names Temporal first: without it no worker can be seen', () => {
  expect(waitingFor([service('WORKER', 'DOWN'), service('TEMPORAL', 'DOWN')]).title).toContain('Temporal');
});

it('names a missing worker', () => {
  expect(waitingFor([service('TEMPORAL', 'OK'), service('WORKER', 'DOWN')])).toMatchObject({
    isHeldUp: true,
    title: 'Waiting for a worker',
  });
});

it('accuses nobody while all is well or nothing is known', () => {
  expect(waitingFor(undefined).isHeldUp).toBe(false);
  expect(waitingFor([service('TEMPORAL', 'UNKNOWN'), service('WORKER', 'OK')]).isHeldUp).toBe(false);
});
