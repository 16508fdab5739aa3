import { Button, Code, Text } from '@mantine/core';
import { Link, useNavigate } from 'react-router';
import { useAction } from '@/api/use-action';
import { IconCircleCheck, IconEdit, IconRefresh } from '@/components/icons';
import { RelativeTime } from '@/components/relative-time';
import { RoleButton } from '@/components/role-button';
import { StatusChip } from '@/components/status';
import { Truncate } from '@/components/truncate';
import { adviceFor } from '@/lib/advice';
import { count, counted } from '@/lib/numbers';
import { type OverviewQuery, RunAgainDocument } from './overview.generated';
import classes from './overview.module.css';
import { Section } from './section';
import { failedRunOf, whyOf } from './summary';

type Collection = OverviewQuery['overview']['failing'][number];

interface FailingProps {
  readonly collections: readonly Collection[];
  /** How many endpoints fail, listed or not. */
  readonly total: number;
  /** Whether anything ran in the last 24 hours. */
  readonly hasRuns: boolean;
  /** What holds up every queued run, if anything does. */
  readonly heldUpBy: string | null;
  readonly isWhole: boolean;
  readonly onWhole: (isWhole: boolean) => void;
}

/** The collections that fail: why, since when, and the way to mend each. */
export function Failing({ collections, total, hasRuns, heldUpBy, isWhole, onWhole }: FailingProps) {
  if (collections.length === 0) {
    return (
      <p className={classes.fine} data-testid="nothing-failing">
        {hasRuns && <IconCircleCheck className={classes.good} size={20} aria-hidden />}
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
          <FailingRow key={collection.id} collection={collection} heldUpBy={heldUpBy} />
        ))}
      </ul>
    </Section>
  );
}

interface FailingRowProps {
  readonly collection: Collection;
  readonly heldUpBy: string | null;
}

function FailingRow({ collection, heldUpBy }: FailingRowProps) {
  const { id, endpoint } = collection;
  const failed = failedRunOf(collection);
  const why = failed && whyOf(failed);
  return (
    <li
      className={classes.failing}
      data-testid="failing-row"
      data-collection-id={id}
      data-endpoint-id={endpoint.id}
    >
      <div className={classes.failingStatus}>
        {failed && (
          <Link to={`/runs/${failed.id}`} className={classes.active}>
            <StatusChip status={failed.status} />
          </Link>
        )}
      </div>
      <div className={classes.failingWords}>
        <div className={classes.failingHead}>
          <Link to={`/endpoints/${endpoint.id}`} className={classes.failingName}>
            <Truncate>{endpoint.name}</Truncate>
          </Link>
          {failed && (
            <Link to={`/runs/${failed.id}`} className={classes.when}>
              <RelativeTime at={failed.completedAt ?? failed.requestedAt} />
            </Link>
          )}
        </div>
        <div className={classes.why}>
          {failed?.errorCode && <Code>{failed.errorCode}</Code>}
          {why && <Truncate>{why}</Truncate>}
        </div>
      </div>
      <Steps collection={collection} errorCode={failed?.errorCode ?? null} heldUpBy={heldUpBy} />
    </li>
  );
}

interface StepsProps extends FailingRowProps {
  readonly errorCode: string | null;
}

/** What can be done about a failure: correct the connection where that is the cause, run it again. */
function Steps({ collection: { id, endpoint, activeRun, isEnabled }, errorCode, heldUpBy }: StepsProps) {
  const navigate = useNavigate();
  const again = useAction(RunAgainDocument, { success: `Run of ${endpoint.name} requested` });
  return (
    <div className={classes.again}>
      {again.error && (
        <Text size="xs" c="var(--mantine-color-error)" title={again.error.message}>
          {again.error.code}
        </Text>
      )}
      {adviceFor(errorCode).where === 'connection' && (
        <RoleButton
          role="EDITOR"
          size="compact-sm"
          variant="default"
          leftSection={<IconEdit size={14} />}
          aria-label={`Edit ${endpoint.name}`}
          onClick={() => navigate(`/endpoints/${endpoint.id}/edit`)}
        >
          Edit
        </RoleButton>
      )}
      {activeRun ? (
        <Link to={`/runs/${activeRun.id}`} className={classes.active}>
          <StatusChip status={activeRun.status}>
            {activeRun.status === 'QUEUED' && heldUpBy !== null && `for ${heldUpBy}`}
          </StatusChip>
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
  );
}
