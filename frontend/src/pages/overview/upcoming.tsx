import { Skeleton, Text } from '@mantine/core';
import { Link } from 'react-router';
import type { Live } from '@/api/use-live';
import { QueryState } from '@/components/query-state';
import { RelativeTime } from '@/components/relative-time';
import { Truncate } from '@/components/truncate';
import type { UpcomingRunsQuery } from './overview.generated';
import classes from './overview.module.css';
import { Section } from './section';
import { fireTime, nextOfEach } from './summary';

const SHOWN = 10;
const HEIGHT = 361;

/** When each schedule fires next, the soonest first. */
export function Upcoming({ live }: { readonly live: Live<UpcomingRunsQuery> }) {
  return (
    <Section
      title="Runs next"
      more={
        <Link to="/collections" className={classes.all}>
          All collections
        </Link>
      }
    >
      <QueryState
        live={live}
        isEmpty={({ upcomingRuns }) => upcomingRuns.length === 0}
        empty={
          <Text c="dimmed" className={classes.nothing}>
            No schedule is active. Give a collection one, and it runs by itself.
          </Text>
        }
        loading={<Skeleton h={HEIGHT} />}
      >
        {({ upcomingRuns }) => (
          <ul className={classes.list}>
            {nextOfEach(upcomingRuns, SHOWN).map((fire) => (
              <li key={fire.collectionId} className={classes.fire}>
                <span className={classes.clock} title={`${fire.scheduleCron} (${fire.scheduleTimezone})`}>
                  {fireTime(fire.at, Date.now())}
                </span>
                <Link to={`/endpoints/${fire.endpointId}`} className={classes.next}>
                  <Truncate>{fire.endpointName}</Truncate>
                </Link>
                <span className={classes.itemTime}>
                  <RelativeTime at={fire.at} />
                </span>
              </li>
            ))}
          </ul>
        )}
      </QueryState>
    </Section>
  );
}
