import { Text } from '@mantine/core';
import { Link } from 'react-router';
import { BreakingMark, CHANGE_KINDS, ChangeKindLabel } from '@/components/catalog-change';
import { RelativeTime } from '@/components/relative-time';
import { Truncate } from '@/components/truncate';
import { counted } from '@/lib/numbers';
import type { RecentChangesQuery } from './overview.generated';
import classes from './overview.module.css';
import { Section } from './section';
import { type ChangeGroup, groupChanges } from './summary';

const SHOWN = 8;

/** What runs found changed in the last 24 hours, breaking changes first. */
export function RecentChanges({ data: { breaking, latest } }: { readonly data: RecentChangesQuery }) {
  const groups = groupChanges(breaking.nodes, latest.nodes, SHOWN);
  return (
    <Section
      title="Changed since yesterday"
      more={
        latest.totalCount > 0 && (
          <Link to="/changes?range=24h" className={classes.all}>
            All {counted(latest.totalCount, 'change')}
          </Link>
        )
      }
    >
      {groups.length === 0 ? (
        <Text c="dimmed" className={classes.nothing}>
          Nothing has changed in the last 24 hours.
        </Text>
      ) : (
        <ul className={classes.list}>
          {groups.map((group) => (
            <GroupRow key={group.first.id} group={group} />
          ))}
        </ul>
      )}
    </Section>
  );
}

function GroupRow({ group: { first, count, names } }: { readonly group: ChangeGroup }) {
  const { dataset, field, kind, runId, at, isBreaking } = first;
  return (
    <li className={classes.item}>
      <div className={classes.itemHead}>
        <ChangeKindLabel kind={kind} />
        {count > 1 && <span className={classes.times}>× {count}</span>}
        {isBreaking && <BreakingMark />}
        <span className={classes.itemTime}>
          <RelativeTime at={at} />
        </span>
      </div>
      <div className={classes.itemWords}>
        <span className={classes.where}>
          <Truncate>{dataset.sourceEndpoint.name}</Truncate>
        </span>
        {count > 1 && runId !== null ? (
          <Link to={`/changes?run=${runId}&kind=${kind}`} title={`${count} × ${CHANGE_KINDS[kind]}`}>
            <Truncate>{names.join(', ')}</Truncate>
          </Link>
        ) : (
          <Link to={`/catalog/${dataset.id}`}>
            <Truncate>{field === null ? dataset.displayName : `${dataset.displayName} · ${field}`}</Truncate>
          </Link>
        )}
      </div>
    </li>
  );
}
