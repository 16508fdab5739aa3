interface Service {
  readonly name: 'POSTGRES' | 'TEMPORAL' | 'WORKER';
  readonly state: 'OK' | 'DOWN' | 'UNKNOWN';
}

/** What a queued run waits for, in words; `isHeldUp` when somebody has to see to it. */
export interface Waiting {
  readonly isHeldUp: boolean;
  readonly title: string;
  readonly text: string;
}

/** What a queued run waits for, by the health of Muster's parts (undefined: not known yet). */
export function waitingFor(services: readonly Service[] | undefined): Waiting {
  const isDown = (name: Service['name']) =>
    services?.some((service) => service.name === name && service.state === 'DOWN') ?? false;
  if (isDown('TEMPORAL')) {
    return {
      isHeldUp: true,
      title: 'Waiting for Temporal',
      text: 'Temporal does not answer. The run begins by itself as soon as it is back.',
    };
  }
  if (isDown('WORKER')) {
    return {
      isHeldUp: true,
      title: 'Waiting for a worker',
      text: 'No worker is polling. The run begins by itself as soon as one is started.',
    };
  }
  return {
    isHeldUp: false,
    title: 'Waiting for its turn',
    text: 'A worker takes it as soon as one is free.',
  };
}
