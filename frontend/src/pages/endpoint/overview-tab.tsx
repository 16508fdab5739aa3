import { Anchor, Badge, Code, Group, Text } from '@mantine/core';
import { Link } from 'react-router';
import { RelativeTime } from '@/components/relative-time';
import { count } from '@/lib/numbers';
import { CollectionFacts } from './collection-facts';
import classes from './endpoint.module.css';
import { Fact, Facts, Panel } from './facts';
import { LastFailure } from './last-failure';
import { LastTest } from './last-test';
import { parameterFacts } from './parameters';
import { RunsTable } from './runs-table';
import type { Connector, ShownEndpoint } from './types';

interface OverviewTabProps {
  readonly endpoint: ShownEndpoint;
  readonly connector: Connector | undefined;
  readonly onTested: () => void;
}

/** The endpoint at a glance: newest runs, schedule, source, last test. */
export function OverviewTab({ endpoint, connector, onTested }: OverviewTabProps) {
  return (
    <div className={classes.column}>
      {!endpoint.isDeleted && <LastFailure endpoint={endpoint} />}
      <Panel
        title="Newest runs"
        action={
          <Anchor component={Link} to="?tab=runs" size="sm">
            All runs
          </Anchor>
        }
      >
        {endpoint.runs.length === 0 ? (
          <Text size="sm" c="dimmed">
            No runs yet. Trigger the collection, or give it a schedule.
          </Text>
        ) : (
          <RunsTable endpointId={endpoint.id} runs={endpoint.runs} />
        )}
      </Panel>
      <div className={classes.overview}>
        <div className={classes.column}>
          <CollectionFacts endpoint={endpoint} />
          <LastTest endpoint={endpoint} connector={connector} onTested={onTested} />
        </div>
        <Source endpoint={endpoint} connector={connector} />
      </div>
    </div>
  );
}

function Source({ endpoint, connector }: Omit<OverviewTabProps, 'onTested'>) {
  return (
    <Panel title="Source">
      <Facts>
        <Fact label="Connector">{connector?.title ?? endpoint.templateId ?? 'None'}</Fact>
        {parameterFacts(endpoint.config, connector?.fields ?? []).map(({ key, label, value }) => (
          <Fact key={key} label={label}>
            <bdi>{value}</bdi>
          </Fact>
        ))}
        <Fact label="Version">{endpoint.detectedVersion ?? '–'}</Fact>
        <Fact label="Datasets">
          <Anchor component={Link} to="?tab=datasets" size="sm">
            {count(endpoint.datasetCount)}
          </Anchor>
        </Fact>
        <Fact label="Labels">
          {endpoint.labels.length === 0 ? (
            '–'
          ) : (
            <Group gap={6}>
              {endpoint.labels.map((label) => (
                <Badge key={label} variant="light" color="gray" tt="none" fw={500}>
                  <bdi>{label}</bdi>
                </Badge>
              ))}
            </Group>
          )}
        </Fact>
        <Fact label="Domain">{endpoint.domain ? <bdi>{endpoint.domain}</bdi> : '–'}</Fact>
        <Fact label="Description">{endpoint.description ? <bdi>{endpoint.description}</bdi> : '–'}</Fact>
        <Fact label="Source id">
          <Code>{endpoint.sourceId}</Code>
        </Fact>
        <Fact label="Registered">
          <RelativeTime at={endpoint.createdAt} />
        </Fact>
        <Fact label="Changed">
          <RelativeTime at={endpoint.updatedAt} />
        </Fact>
      </Facts>
    </Panel>
  );
}
