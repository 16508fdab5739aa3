import { Anchor, Group, Stack } from '@mantine/core';
import { Link } from 'react-router';
import { useLive } from '@/api/use-live';
import { HeldOfRun } from '@/components/held-removals';
import { PageHeader } from '@/components/page-header';
import { QueryState } from '@/components/query-state';
import { isActive, StatusChip } from '@/components/status';
import { CompareLink } from './compare-link';
import { FailedObjects } from './failed-objects';
import { RunDocument, type RunQuery } from './run.generated';
import classes from './run.module.css';
import { RunActions } from './run-actions';
import { RunChanges } from './run-changes';
import { RunFacts, RunFigures } from './run-facts';
import { RunLog } from './run-log';
import { RunOutcome } from './run-outcome';
import { RunReading } from './run-reading';
import { RunRenames } from './run-renames';
import { RunSteps } from './run-steps';
import { Section } from './section';

type Run = NonNullable<RunQuery['collectionRun']>;

interface RunDetailProps {
  readonly id: string;
  /** Whether it is the whole page, with the page's heading, or stands beside another one. */
  readonly isPage: boolean;
  /** Shows another run in its place. */
  readonly onRun: (id: string) => void;
}

/** Everything about a run. */
export function RunDetail({ id, isPage, onRun }: RunDetailProps) {
  const live = useLive(
    RunDocument,
    { id },
    { active: ({ collectionRun }) => collectionRun !== null && isActive(collectionRun.status) },
  );
  const run = live.isStale ? undefined : live.data?.collectionRun;
  return (
    <div data-testid="run-detail" data-run-id={id} data-status={run?.status}>
      {isPage && (
        <PageHeader
          title={run ? `Run of ${run.endpoint.name}` : 'Run'}
          parent={{ to: '/collections', label: 'Collections' }}
          description={run && <Standing run={run} />}
          actions={run && <RunActions key={run.id} run={run} onRun={onRun} />}
        />
      )}
      <QueryState live={live}>
        {({ collectionRun }) =>
          collectionRun && (
            <Stack gap="md">
              {!isPage && (
                <Group justify="space-between">
                  <Standing run={collectionRun} />
                  <RunActions key={collectionRun.id} run={collectionRun} onRun={onRun} />
                </Group>
              )}
              <Body run={collectionRun} />
            </Stack>
          )
        }
      </QueryState>
    </div>
  );
}

function Standing({ run }: { readonly run: Run }) {
  return (
    <Group gap="sm" mt={4}>
      <StatusChip status={run.status} data-testid="run-detail-status" />
      <Anchor
        component={Link}
        to={`/endpoints/${run.endpointId}`}
        size="sm"
        data-testid="run-detail-endpoint-link"
      >
        <bdi>{run.endpoint.name}</bdi>
      </Anchor>
      {run.endpoint.isDeleted && <span>(deleted)</span>}
    </Group>
  );
}

function Body({ run }: { readonly run: Run }) {
  const isGoingOn = isActive(run.status);
  return (
    <>
      <RunOutcome run={run} />
      <HeldOfRun run={run} />
      <RunFacts run={run} />
      <div className={classes.columns}>
        <div className={classes.stack}>
          <Section title="Steps">
            <RunSteps steps={run.steps} />
          </Section>
          {run.stats !== null && (
            <Section title="Found">
              <RunFigures run={run} />
            </Section>
          )}
          <RunReading run={run} />
        </div>
        <Section title="Log">
          <RunLog runId={run.id} isActive={isGoingOn} />
        </Section>
      </div>
      {(run.status === 'PARTIAL' || (run.stats?.failed ?? 0) > 0) && (
        <Section title="Not readable">
          <FailedObjects key={run.id} runId={run.id} />
        </Section>
      )}
      <Section title="Changes" more={<CompareLink run={run} />}>
        <RunRenames run={run} />
        <RunChanges key={run.id} runId={run.id} isActive={isGoingOn} />
      </Section>
    </>
  );
}
