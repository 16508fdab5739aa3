import { Button, Skeleton, Stack, Text } from '@mantine/core';
import { useEffect, useMemo, useRef, useState } from 'react';
import { Link } from 'react-router';
import { useMay } from '@/api/session';
import { type Live, useLive } from '@/api/use-live';
import { EmptyState } from '@/components/empty-state';
import { IconPlus } from '@/components/icons';
import { PageHeader } from '@/components/page-header';
import { QueryState } from '@/components/query-state';
import { viewerZone } from '@/lib/time';
import { useSteadyNow } from '@/lib/use-steady-now';
import { Counters } from './counters';
import { Failing } from './failing';
import { Health } from './health';
import {
  OverviewDocument,
  type OverviewQuery,
  RecentChangesDocument,
  TimelineDocument,
  UpcomingRunsDocument,
} from './overview.generated';
import classes from './overview.module.css';
import { RecentChanges } from './recent-changes';
import { Section } from './section';
import { Legend } from './timeline/legend';
import { Timeline } from './timeline/timeline';
import { Upcoming } from './upcoming';

const STEP = 300_000;
const DAY = 86_400_000;
const FAILING_SHOWN = 5;
const FAILING_AT_MOST = 200;

export default function OverviewPage() {
  const [isWhole, setWhole] = useState(false);
  const to = useSteadyNow(STEP);
  const span = useMemo(() => ({ from: to - DAY, to }), [to]);
  const from = new Date(span.from).toISOString();
  const overview = useLive(
    OverviewDocument,
    { failing: isWhole ? FAILING_AT_MOST : FAILING_SHOWN },
    { active: ({ overview: { runsQueued, runsRunning } }) => runsQueued + runsRunning > 0 },
  );
  const timeline = useLive(TimelineDocument, { from, to: new Date(to).toISOString() });
  const changes = useLive(RecentChangesDocument, { from });
  const upcoming = useLive(UpcomingRunsDocument, {});
  useFollow(overview.data, timeline.refetch, changes.refetch);

  // One answer is waited for by all, so that nothing that is already read moves when another comes.
  const isAnyLoading = [timeline, changes, upcoming].some(({ isLoading }) => isLoading);
  const whole: Live<OverviewQuery> =
    isAnyLoading && overview.error === undefined
      ? { ...overview, data: undefined, isLoading: true }
      : overview;
  return (
    <>
      <PageHeader title="Overview" description={`The last 24 hours, in the time of ${viewerZone()}`} />
      <QueryState live={whole} loading={<Loading />}>
        {({ overview: found }) => {
          const hasRuns = found.last24h.some(({ count }) => count > 0);
          const health = <Health services={found.services} queued={found.runsQueued} />;
          if (found.endpointsTotal === 0 && !hasRuns) {
            return (
              <Stack>
                {health}
                <Welcome />
              </Stack>
            );
          }
          return (
            <Stack gap="lg">
              {health}
              <Counters overview={found} />
              <Failing
                collections={found.failing}
                total={found.endpointsFailing}
                hasRuns={hasRuns}
                isWhole={isWhole}
                onWhole={setWhole}
              />
              <Section title="Runs" more={<Legend counts={found.last24h} />}>
                <QueryState
                  live={{ ...timeline, isStale: false }}
                  isEmpty={({ runTimeline }) => runTimeline.length === 0}
                  empty={<Text className={classes.nothing}>Nothing ran in the last 24 hours.</Text>}
                >
                  {({ runTimeline }) => <Timeline lanes={runTimeline} span={span} />}
                </QueryState>
              </Section>
              <div className={classes.columns}>
                <QueryState live={{ ...changes, isStale: false }}>
                  {(data) => <RecentChanges data={data} />}
                </QueryState>
                <QueryState live={upcoming}>{(data) => <Upcoming data={data} />}</QueryState>
              </div>
            </Stack>
          );
        }}
      </QueryState>
    </>
  );
}

/** Asks for the timeline and the changes whenever the counters say that a run began or ended. */
function useFollow(data: OverviewQuery | undefined, ...refetches: readonly (() => void)[]): void {
  const counted = data && JSON.stringify([data.overview.last24h, data.overview.changesTotal]);
  const before = useRef(counted);
  useEffect(() => {
    const isNews = before.current !== undefined && before.current !== counted;
    before.current = counted;
    if (isNews) for (const refetch of refetches) refetch();
  });
}

/** What an empty installation is for, and the first thing to do. */
function Welcome() {
  const { allowed, reason } = useMay('EDITOR');
  return (
    <EmptyState
      title="No endpoints yet"
      action={
        allowed && (
          <Button component={Link} to="/endpoints/new" leftSection={<IconPlus size={16} />}>
            Register an endpoint
          </Button>
        )
      }
    >
      Register a database, and Muster collects what is in it: tables, columns, keys, and what changes about
      them.
      {reason && ` ${reason}`}
    </EmptyState>
  );
}

function Loading() {
  return (
    <Stack gap="lg" aria-hidden>
      <div className={classes.counters}>
        {['endpoints', 'runs', 'running', 'changes', 'datasets'].map((name) => (
          <div key={name} className={classes.counter}>
            <Skeleton h={66} />
          </div>
        ))}
      </div>
      <Skeleton h={220} />
      <Skeleton h={420} />
    </Stack>
  );
}
