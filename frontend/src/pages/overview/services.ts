import type { OverviewQuery } from './overview.generated';

export type Service = OverviewQuery['overview']['services'][number];
export type DownService = Pick<Service, 'name' | 'message'>;

/**
 * The parts that do not answer. One that has not answered yet is as it was `before`; without Temporal nobody knows
 * of workers, so that it alone is named.
 */
export function downServices(
  services: readonly Service[],
  before: readonly DownService[],
): readonly DownService[] {
  const down = services
    .filter(
      ({ name, state }) =>
        state === 'DOWN' || (state === 'UNKNOWN' && before.some((one) => one.name === name)),
    )
    .map(({ name, message }) => ({ name, message }));
  const isTemporalDown = down.some(({ name }) => name === 'TEMPORAL');
  return isTemporalDown ? down.filter(({ name }) => name !== 'WORKER') : down;
}

const WAITS_FOR = { POSTGRES: 'the database', TEMPORAL: 'Temporal', WORKER: 'a worker' } as const;

/** What holds up every queued run, in a word or two; null when nothing does. */
export function heldUpBy([first]: readonly DownService[]): string | null {
  return first === undefined ? null : WAITS_FOR[first.name];
}
