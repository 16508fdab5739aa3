import { Code, Text } from '@mantine/core';
import { Link } from 'react-router';
import { RelativeTime } from '@/components/relative-time';
import { Truncate } from '@/components/truncate';
import { clockTime } from '@/lib/time';
import type { UpcomingRunsQuery } from './overview.generated';
import classes from './overview.module.css';
import { Section } from './section';
import { nextOfEach } from './summary';

const SHOWN = 8;

/** When each schedule fires next, the soonest first. */
export function Upcoming({ data: { upcomingRuns } }: { readonly data: UpcomingRunsQuery }) {
  const fires = nextOfEach(upcomingRuns, SHOWN);
  return (
    <Section
      title="Runs next"
      more={
        <Link to="/collections" className={classes.all}>
          All collections
        </Link>
      }
    >
      {fires.length === 0 ? (
        <Text c="dimmed" className={classes.nothing}>
          No schedule is active. Give a collection one, and it runs by itself.
        </Text>
      ) : (
        <ul className={classes.list}>
          {fires.map(({ at, collectionId, endpointId, endpointName, scheduleCron, scheduleTimezone }) => (
            <li key={collectionId} className={classes.item}>
              <div className={classes.itemHead}>
                <span className={classes.clock}>{clockTime(at)}</span>
                <Link to={`/endpoints/${endpointId}`} className={classes.next}>
                  <Truncate>{endpointName}</Truncate>
                </Link>
                <span className={classes.itemTime}>
                  <RelativeTime at={at} />
                </span>
              </div>
              <div className={classes.itemWords}>
                <Code>{scheduleCron}</Code>
                <Text span size="xs" c="dimmed">
                  {scheduleTimezone}
                </Text>
              </div>
            </li>
          ))}
        </ul>
      )}
    </Section>
  );
}
