import { Anchor, Button } from '@mantine/core';
import { Link } from 'react-router';
import { heldKey, heldTitle } from '@/components/held-removals';
import { IconAlertTriangle } from '@/components/icons';
import { RelativeTime } from '@/components/relative-time';
import { Truncate } from '@/components/truncate';
import classes from './held.module.css';
import type { OverviewQuery } from './overview.generated';
import shared from './overview.module.css';
import { Section } from './section';

interface HeldProps {
  readonly held: OverviewQuery['heldRemovals'];
}

/** The removals that wait for an administrator; nothing when none does. */
export function Held({ held }: HeldProps) {
  if (held.length === 0) return null;
  return (
    <Section
      title="Removals to decide on"
      more={
        <Anchor component={Link} to="/removals" size="sm" underline="always">
          All held removals
        </Anchor>
      }
    >
      <ul className={shared.list}>
        {held.map((one) => (
          <li
            key={heldKey(one)}
            className={classes.row}
            data-testid="held-row"
            data-endpoint-id={one.endpoint.id}
          >
            <IconAlertTriangle className={classes.icon} size={20} aria-hidden />
            <div className={classes.words}>
              <div className={classes.head}>
                <Link to={`/endpoints/${one.endpoint.id}`} className={classes.name}>
                  <Truncate>{one.endpoint.name}</Truncate>
                </Link>
                <Link to={`/runs/${one.run.id}`} className={classes.what}>
                  <RelativeTime at={one.heldAt} />
                </Link>
              </div>
              <div className={classes.what}>{heldTitle(one)}</div>
            </div>
            <Button
              component={Link}
              to={`/removals?endpoint=${one.endpoint.id}`}
              size="compact-sm"
              variant="default"
              aria-label={`Review the held removals of ${one.endpoint.name}`}
            >
              Review
            </Button>
          </li>
        ))}
      </ul>
    </Section>
  );
}
