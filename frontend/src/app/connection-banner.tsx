import { Button } from '@mantine/core';
import { useConnection, useIsLost } from '@/api/connection';
import { IconPlugConnectedX } from '@/components/icons';
import classes from './connection-banner.module.css';

/** Says that the server does not answer; goes away by itself. */
export function ConnectionBanner() {
  const connection = useConnection();
  if (!useIsLost()) return null;
  return (
    <div className={classes.banner} role="alert" data-testid="connection-lost">
      <IconPlugConnectedX size={18} aria-hidden />
      <span>Muster does not answer. Trying again every 2 seconds.</span>
      <Button size="compact-sm" variant="default" onClick={() => void connection.retry()}>
        Retry now
      </Button>
    </div>
  );
}
