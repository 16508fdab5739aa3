import { Alert } from '@mantine/core';
import { useState } from 'react';
import { Link } from 'react-router';
import { IconAlertTriangle } from '@/components/icons';
import { counted } from '@/lib/numbers';
import classes from './overview.module.css';
import { type DownService, downServices, type Service } from './services';

const DOWN = {
  POSTGRES: 'The database does not answer',
  TEMPORAL: 'Temporal does not answer',
  WORKER: 'No worker is running',
} as const;
const MEANS = {
  POSTGRES: 'Nothing can be shown or changed until it is back.',
  TEMPORAL: 'No schedule fires, and no run begins until it is back.',
  WORKER: 'No run begins until one is started.',
} as const;

/** Which parts do not answer, as far as is known from the answers so far. */
export function useDownServices(services: readonly Service[] | undefined): readonly DownService[] {
  const [known, setKnown] = useState<readonly DownService[]>([]);
  const now = services === undefined ? known : downServices(services, known);
  if (JSON.stringify(now) !== JSON.stringify(known)) setKnown(now);
  return now;
}

interface HealthProps {
  readonly down: readonly DownService[];
  readonly queued: number;
}

/** Says which part that Muster needs is not there, and what that means. */
export function Health({ down, queued }: HealthProps) {
  return down.map(({ name, message }) => (
    <Alert
      key={name}
      data-testid="service-banner"
      data-service={name}
      data-state="DOWN"
      role="alert"
      color="red"
      icon={<IconAlertTriangle size={18} />}
      title={DOWN[name]}
    >
      {MEANS[name]}
      {name === 'POSTGRES' && message !== null && ` (${message})`}
      {name !== 'POSTGRES' && queued > 0 && (
        <>
          {' '}
          <Link to="/collections?status=QUEUED" className={classes.all}>
            {counted(queued, 'run waits', 'runs wait')}
          </Link>{' '}
          for it.
        </>
      )}
    </Alert>
  ));
}
