import { Button, Code, Text } from '@mantine/core';
import { Link } from 'react-router';
import { useAction } from '@/api/use-action';
import { IconCircleCheck, IconRefresh } from '@/components/icons';
import { RelativeTime } from '@/components/relative-time';
import { RoleButton } from '@/components/role-button';
import { StatusChip } from '@/components/status';
import { Truncate } from '@/components/truncate';
import { count, counted } from '@/lib/numbers';
import { type OverviewQuery, RunAgainDocument } from './overview.generated';
import classes from './overview.module.css';
import { Section } from './section';
import { failedRunOf } from './summary';

type Collection = OverviewQuery['overview']['failing'][number];

interface FailingProps {
  readonly collections: readonly Collection[];
  /** How many endpoints fail, listed or not. */
  readonly total: number;
  /** Whether anything ran in the last 24 hours. */
  readonly hasRuns: boolean;
  readonly isWhole: boolean;
  readonly onWhole: (isWhole: boolean) => void;
}

/** The collections that fail: why, since when, and a way to run each again. */
export function Failing({ collections, total, hasRuns, isWhole, onWhole }: FailingProps) {
  if (collections.length === 0) {
    return (
      <p className={classes.fine} data-testid="nothing-failing">
        {hasRuns && <IconCircleCheck size={18} aria-hidden />}
        {hasRuns ? 'Nothing fails.' : 'Nothing fails. Nothing has run in the last 24 hours.'}
      </p>
    );
  }
  return (
    <Section
      title={`${counted(total, 'endpoint')} failing`}
      more={
        (isWhole || total > collections.length) && (
          <Button
            size="compact-sm"
            variant="subtle"
            aria-expanded={isWhole}
            onClick={() => onWhole(!isWhole)}
          >
            {isWhole ? 'Show fewer' : `Show all ${count(total)}`}
          </Button>
        )
      }
    >
      <ul className={classes.list}>
        {collections.map((collection) => (
          <FailingRow key={collection.id} collection={collection} />
        ))}
      </ul>
    </Section>
  );
}

function FailingRow({ collection }: { readonly collection: Collection }) {
  const { id, endpoint, activeRun, isEnabled } = collection;
  const again = useAction(RunAgainDocument, { success: `Run of ${endpoint.name} requested` });
  const failed = failedRunOf(collection);
  return (
    <li
      className={classes.failing}
      data-testid="failing-row"
      data-collection-id={id}
      data-endpoint-id={endpoint.id}
    >
      <div className={classes.failingStatus}>{failed && <StatusChip status={failed.status} />}</div>
      <div className={classes.failingWords}>
        <Link to={`/endpoints/${endpoint.id}`} className={classes.failingName}>
          <Truncate>{endpoint.name}</Truncate>
        </Link>
        <div className={classes.why}>
          {failed?.errorCode && <Code>{failed.errorCode}</Code>}
          {failed?.error && <Truncate>{failed.error}</Truncate>}
        </div>
      </div>
      {failed && (
        <Link to={`/runs/${failed.id}`} className={classes.when}>
          <RelativeTime at={failed.completedAt ?? failed.requestedAt} />
        </Link>
      )}
      <div className={classes.again}>
        {again.error && (
          <Text size="xs" c="var(--mantine-color-error)" title={again.error.message}>
            {again.error.code}
          </Text>
        )}
        {activeRun ? (
          <Link to={`/runs/${activeRun.id}`} className={classes.active}>
            <StatusChip status={activeRun.status} />
          </Link>
        ) : (
          <RoleButton
            role="EDITOR"
            size="compact-sm"
            variant="default"
            leftSection={<IconRefresh size={14} />}
            aria-label={`Run again: ${endpoint.name}`}
            disabledReason={isEnabled ? null : 'The collection is disabled.'}
            loading={again.state === 'busy'}
            onClick={() => void again.run({ collectionId: id })}
          >
            Run again
          </RoleButton>
        )}
      </div>
    </li>
  );
}
