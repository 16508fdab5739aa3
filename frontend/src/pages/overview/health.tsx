import { Alert } from '@mantine/core';
import { IconAlertTriangle, IconInfoCircle } from '@/components/icons';
import { counted } from '@/lib/numbers';
import type { OverviewQuery } from './overview.generated';

type Service = OverviewQuery['overview']['services'][number];

const DOWN = {
  POSTGRES: 'The database does not answer',
  TEMPORAL: 'Temporal does not answer',
  WORKER: 'No worker is running',
} as const;
const UNKNOWN = {
  POSTGRES: 'The database has not answered yet',
  TEMPORAL: 'Temporal has not answered yet',
  WORKER: 'Whether a worker is running is not known yet',
} as const;
const MEANS = {
  POSTGRES: 'Nothing can be shown or changed until it is back.',
  TEMPORAL: 'No schedule fires, and runs wait until it is back.',
  WORKER: 'Runs wait until one is there.',
} as const;

interface HealthProps {
  readonly services: readonly Service[];
  readonly queued: number;
}

/** Says which part that Muster needs is not there, and what that means. */
export function Health({ services, queued }: HealthProps) {
  return services
    .filter(({ state }) => state !== 'OK')
    .map(({ name, state, message }) => (
      <Alert
        key={name}
        data-testid="service-banner"
        data-service={name}
        data-state={state}
        color={state === 'DOWN' ? 'red' : 'gray'}
        icon={state === 'DOWN' ? <IconAlertTriangle size={18} /> : <IconInfoCircle size={18} />}
        title={state === 'DOWN' ? DOWN[name] : UNKNOWN[name]}
      >
        {state === 'DOWN' && MEANS[name]}
        {state === 'DOWN' && name !== 'POSTGRES' && queued > 0 && ` ${counted(queued, 'run')} in the queue.`}
        {message !== null && ` (${message})`}
      </Alert>
    ));
}
