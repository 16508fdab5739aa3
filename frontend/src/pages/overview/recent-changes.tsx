import { Skeleton, Text } from '@mantine/core';
import { Link } from 'react-router';
import type { Live } from '@/api/use-live';
import { BreakingMark, CHANGE_KINDS, ChangeKindLabel } from '@/components/catalog-change';
import { QueryState } from '@/components/query-state';
import { RelativeTime } from '@/components/relative-time';
import { Truncate } from '@/components/truncate';
import { counted } from '@/lib/numbers';
import type { RecentChangesQuery } from './overview.generated';
import classes from './overview.module.css';
import { Section } from './section';
import { type ChangeGroup, groupChanges } from './summary';

const SHOWN = 6;
const HEIGHT = 361;

/** What runs found changed in the last 24 hours, breaking changes first. */
export function RecentChanges({ live }: { readonly live: Live<RecentChangesQuery> }) {
  const total = live.data?.latest.totalCount ?? 0;
  return (
    <Section
      title="Changed since yesterday"
      more={
        total > 0 && (
          <Link to="/changes?range=24h" className={classes.all}>
            All {counted(total, 'change')}
          </Link>
        )
      }
    >
      <QueryState
        live={live}
        isEmpty={({ latest }) => latest.totalCount === 0}
        empty={
          <Text c="dimmed" className={classes.nothing}>
            Nothing has changed in the last 24 hours.
          </Text>
        }
        loading={<Skeleton h={HEIGHT} />}
      >
        {({ breaking, latest }) => (
          <ul className={classes.list}>
            {groupChanges(breaking.nodes, latest.nodes, SHOWN).map((group) => (
              <GroupRow key={group.first.id} group={group} />
            ))}
          </ul>
        )}
      </QueryState>
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
      </div>
      <span className={classes.itemTime}>
        <RelativeTime at={at} />
      </span>
      <div className={classes.itemWords}>
        <span className={classes.where}>
          <Truncate>{dataset.sourceEndpoint.name}</Truncate>
        </span>
        {count > 1 && runId !== null ? (
          <Link to={`/changes?run=${runId}&kind=${kind}`} title={`${count} × ${CHANGE_KINDS[kind]}`}>
            <Names names={names} />
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

/** More than these find no room in a line. */
const NAMES_SHOWN = 8;

/** Names in a row, each in its own direction. */
function Names({ names }: { readonly names: readonly string[] }) {
  return (
    <span className={classes.names}>
      {names.slice(0, NAMES_SHOWN).map((name, index) => (
        <span key={name}>
          {index > 0 && ', '}
          <bdi>{name}</bdi>
        </span>
      ))}
      {names.length > NAMES_SHOWN && ' …'}
    </span>
  );
}
