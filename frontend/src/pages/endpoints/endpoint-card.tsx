import { Anchor, Text } from '@mantine/core';
import { Link } from 'react-router';
import { TriggerButton } from '@/components/endpoint/trigger-button';
import { RelativeTime } from '@/components/relative-time';
import { Truncate } from '@/components/truncate';
import { counted } from '@/lib/numbers';
import classes from './endpoints.module.css';
import { Labels } from './labels';
import { LastRun } from './last-run';
import { type ListedEndpoint, scheduleWords } from './summary';

interface EndpointCardProps {
  readonly endpoint: ListedEndpoint;
  readonly kind: string;
}

/** One endpoint at a glance. */
export function EndpointCard({ endpoint, kind }: EndpointCardProps) {
  return (
    <li
      className={classes.card}
      data-testid="endpoint-card"
      data-endpoint-id={endpoint.id}
      data-status={endpoint.runs[0]?.status}
    >
      <div>
        <h2 className={classes.name}>
          <Anchor component={Link} to={`/endpoints/${endpoint.id}`} inherit className={classes.open}>
            <Truncate>{endpoint.name}</Truncate>
          </Anchor>
        </h2>
        <div className={classes.source}>
          <Text span size="sm" c="dimmed" className={classes.kind}>
            {kind}
          </Text>
          <Text span size="sm" c="dimmed" className={classes.url}>
            <Truncate mono>{endpoint.url}</Truncate>
          </Text>
        </div>
      </div>
      <div className={classes.line}>
        <Labels labels={endpoint.labels} />
        <Anchor
          component={Link}
          to={`/endpoints/${endpoint.id}?tab=datasets`}
          size="xs"
          c="dimmed"
          className={classes.kind}
        >
          {counted(endpoint.datasetCount, 'dataset')}
        </Anchor>
      </div>
      <dl className={classes.facts}>
        <dt>Last run</dt>
        <dd>
          <LastRun runs={endpoint.runs} />
        </dd>
        <dt>Schedule</dt>
        <dd>
          <Truncate>{scheduleWords(endpoint)}</Truncate>
        </dd>
        <dt>Next run</dt>
        <dd>
          <RelativeTime at={endpoint.collections[0]?.nextRunsAt[0]} />
        </dd>
      </dl>
      <TriggerButton endpoint={endpoint} size="compact-sm" />
    </li>
  );
}
