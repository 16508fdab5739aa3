import { expect, it } from 'vitest';
import { downServices, heldUpBy, type Service } from './services';

const service = (name: Service['name'], state: Service['state']): Service => ({ name, state, message: null });
const names = (services: readonly Service[], before: Parameters<typeof downServices>[1] = []) =>
  downServices(services, before).map(({ name }) => name);

it('names what does not answer', () => {
  expect(names([service('POSTGRES', 'OK'), service('WORKER', 'DOWN')])).toEqual(['WORKER']);
});

it('names Temporal alone when it is down: without it no worker can be seen', () => {
  expect(names([service('TEMPORAL', 'DOWN'), service('WORKER', 'DOWN')])).toEqual(['TEMPORAL']);
});

it('accuses nobody who has only not answered yet', () => {
  expect(names([service('TEMPORAL', 'UNKNOWN')])).toEqual([]);
});

it('takes nothing back before the part has answered', () => {
  const before = [{ name: 'TEMPORAL' as const, message: null }];
  expect(names([service('TEMPORAL', 'UNKNOWN')], before)).toEqual(['TEMPORAL']);
  expect(names([service('TEMPORAL', 'OK')], before)).toEqual([]);
});

it('says what queued runs wait for', () => {
  expect(heldUpBy([{ name: 'WORKER', message: null }])).toBe('a worker');
  expect(heldUpBy([])).toBeNull();
});
