import { Anchor, Text } from '@mantine/core';
import { Link } from 'react-router';
import { RelativeTime } from '@/components/relative-time';
import { StatusChip } from '@/components/status';
import classes from './endpoints.module.css';
import type { ListedEndpoint } from './summary';

/** The newest run of an endpoint: how it stands, since when, and the way to it. */
export function LastRun({ runs: [run] }: Pick<ListedEndpoint, 'runs'>) {
  if (run === undefined) {
    return (
      <Text span size="sm" c="dimmed">
        Never ran
      </Text>
    );
  }
  return (
    <Anchor component={Link} to={`/runs/${run.id}`} underline="never" className={classes.lastRun}>
      <StatusChip status={run.status} data-testid="endpoint-run-chip" />
      <span className={classes.since}>
        <RelativeTime at={run.completedAt ?? run.requestedAt} />
      </span>
    </Anchor>
  );
}
