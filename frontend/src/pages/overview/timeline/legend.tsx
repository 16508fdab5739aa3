import { RUN_STATUSES, STATUS_LOOKS } from '@/components/status';
import { count } from '@/lib/numbers';
import type { OverviewQuery } from '../overview.generated';
import { countOf } from '../summary';
import { Glyph } from './glyph';
import classes from './timeline.module.css';

/** The marks in words, with how many runs of the last 24 hours have each. */
export function Legend({ counts }: { readonly counts: OverviewQuery['overview']['last24h'] }) {
  const present = RUN_STATUSES.filter((status) => countOf(counts, status) > 0);
  return (
    <ul className={classes.legend} aria-label="Runs by status">
      {present.map((status) => (
        <li key={status}>
          <svg
            className={classes.mark}
            data-status={status}
            width="16"
            height="16"
            viewBox="-8 -8 16 16"
            aria-hidden="true"
          >
            <Glyph status={status} />
          </svg>
          {STATUS_LOOKS[status].label} {count(countOf(counts, status))}
        </li>
      ))}
    </ul>
  );
}
