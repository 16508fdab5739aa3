import { Button, Skeleton, Stack, Text } from '@mantine/core';
import { useMemo, useState } from 'react';
import { Link } from 'react-router';
import { useMay } from '@/api/session';
import { useLive } from '@/api/use-live';
import { EmptyState } from '@/components/empty-state';
import { IconPlus } from '@/components/icons';
import { PageHeader } from '@/components/page-header';
import { QueryState } from '@/components/query-state';
import { viewerZone } from '@/lib/time';
import { useSteadyNow } from '@/lib/use-steady-now';
import { Counters } from './counters';
import { Failing } from './failing';
import { Health, useDownServices } from './health';
import { Held } from './held';
import {
  OverviewDocument,
  RecentChangesDocument,
  TimelineDocument,
  UpcomingRunsDocument,
} from './overview.generated';
import classes from './overview.module.css';
import { RecentChanges } from './recent-changes';
import { Section } from './section';
import { heldUpBy } from './services';
import { Legend } from './timeline/legend';
import { Timeline } from './timeline/timeline';
import { Upcoming } from './upcoming';
import { useFollow } from './use-follow';

const STEP = 300_000;
const DAY = 86_400_000;
const FAILING_SHOWN = 5;
const FAILING_AT_MOST = 200;
// the counters tell sooner when there is something new
const RARELY = { idleMs: 60_000 };

export default function OverviewPage() {
  const [isWhole, setWhole] = useState(false);
  const to = useSteadyNow(STEP);
  const span = useMemo(() => ({ from: to - DAY, to }), [to]);
  const from = new Date(span.from).toISOString();
  const overview = useLive(
    OverviewDocument,
    { failing: isWhole ? FAILING_AT_MOST : FAILING_SHOWN },
    {
      active: ({ overview: { runsQueued, runsRunning, services } }) =>
        runsQueued + runsRunning > 0 || services.some(({ state }) => state !== 'OK'),
    },
  );
  const timeline = useLive(TimelineDocument, { from, to: new Date(to).toISOString() }, RARELY);
  const changes = useLive(RecentChangesDocument, { from }, RARELY);
  const upcoming = useLive(UpcomingRunsDocument, {}, RARELY);
  const known = overview.data?.overview;
  const news = known && JSON.stringify([known.last24h, known.changesTotal]);
  useFollow(news, timeline.refetch, changes.refetch, upcoming.refetch);
  const down = useDownServices(known?.services);
  return (
    <>
      <PageHeader title="Overview" description={`The last 24 hours · times in ${viewerZone()}`} />
      <QueryState live={overview} loading={<Loading />}>
        {({ overview: found, heldRemovals }) => {
          const hasRuns = found.last24h.some(({ count }) => count > 0);
          const health = <Health down={down} queued={found.runsQueued} />;
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
              <div className={classes.board}>
                <div className={classes.column}>
                  {heldRemovals.length > 0 && (
                    <div className={classes.slot} data-slot="held">
                      <Held held={heldRemovals} />
                    </div>
                  )}
                  <div className={classes.slot} data-slot="failing">
                    <Failing
                      collections={found.failing}
                      total={found.endpointsFailing}
                      hasRuns={hasRuns}
                      heldUpBy={heldUpBy(down)}
                      isWhole={isWhole}
                      onWhole={setWhole}
                    />
                  </div>
                  <div className={classes.slot} data-slot="timeline" data-loading={timeline.isLoading}>
                    <Section title="Runs" more={<Legend counts={found.last24h} />}>
                      <QueryState
                        live={{ ...timeline, isStale: false }}
                        isEmpty={({ runTimeline }) => runTimeline.length === 0}
                        empty={<Text className={classes.nothing}>Nothing ran in the last 24 hours.</Text>}
                        loading={<Skeleton h={420} />}
                      >
                        {({ runTimeline }) => <Timeline answer={runTimeline} span={span} />}
                      </QueryState>
                    </Section>
                  </div>
                </div>
                <div className={classes.column}>
                  <div className={classes.slot} data-slot="changes" data-loading={changes.isLoading}>
                    <RecentChanges live={{ ...changes, isStale: false }} />
                  </div>
                  <div className={classes.slot} data-slot="upcoming">
                    <Upcoming live={upcoming} />
                  </div>
                </div>
              </div>
            </Stack>
          );
        }}
      </QueryState>
    </>
  );
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

/** The page's outline. What stands below it comes with the first answer, so that nothing moves. */
function Loading() {
  return (
    <Stack gap="lg" aria-hidden>
      <div className={classes.counters}>
        {['failing', 'runs', 'changes', 'running', 'datasets'].map((name) => (
          <div key={name} className={classes.counter}>
            <Skeleton h={68} />
          </div>
        ))}
      </div>
      <div className={classes.board}>
        <Skeleton h={360} />
        <Skeleton h={360} />
      </div>
    </Stack>
  );
}
