import { ActionIcon, Anchor } from '@mantine/core';
import { useId, useState } from 'react';
import { Link } from 'react-router';
import { BreakingMark, ChangeKindLabel, ChangeValues } from '@/components/catalog-change';
import { IconChevronDown, IconChevronRight } from '@/components/icons';
import { Truncate } from '@/components/truncate';
import { counted } from '@/lib/numbers';
import classes from './compare.module.css';
import { type Difference, isBreaking } from './state';

const KINDS = { ADDED: 'Added', CHANGED: 'Changed', REMOVED: 'Removed' } as const;

interface DifferenceRowsProps {
  readonly differences: readonly Difference[];
  /** Whether what differs within each is shown at first. */
  readonly areOpen: boolean;
}

/** The datasets that differ, each with what differs within it. */
export function DifferenceRows({ differences, areOpen }: DifferenceRowsProps) {
  return (
    <ul className={classes.list} aria-label="Datasets that differ" data-testid="differences">
      {differences.map((difference) => (
        <DifferenceRow
          key={`${difference.dataset.id} ${areOpen}`}
          difference={difference}
          isOpenAtFirst={areOpen}
        />
      ))}
    </ul>
  );
}

interface DifferenceRowProps {
  readonly difference: Difference;
  readonly isOpenAtFirst: boolean;
}

function DifferenceRow({ difference, isOpenAtFirst }: DifferenceRowProps) {
  const [isOpen, setOpen] = useState(isOpenAtFirst);
  const listId = useId();
  const { dataset, kind, changes } = difference;
  const canOpen = changes.length > 0;
  return (
    <li data-testid="difference" data-dataset-id={dataset.id} data-kind={kind}>
      <div className={classes.row}>
        {canOpen ? (
          <ActionIcon
            variant="subtle"
            color="gray"
            aria-expanded={isOpen}
            aria-controls={listId}
            aria-label={`What differs in ${dataset.displayName}`}
            onClick={() => setOpen(!isOpen)}
          >
            {isOpen ? <IconChevronDown size={18} /> : <IconChevronRight size={18} />}
          </ActionIcon>
        ) : (
          <span />
        )}
        <span className={classes.sign} data-kind={kind}>
          {KINDS[kind]}
        </span>
        <Anchor component={Link} to={`/catalog/${dataset.id}`} size="sm" className={classes.name}>
          <Truncate>{dataset.displayName}</Truncate>
        </Anchor>
        <span className={classes.more}>
          {canOpen && counted(changes.length, 'difference')}
          {isBreaking(difference) && <BreakingMark />}
        </span>
      </div>
      {canOpen && isOpen && (
        <ul className={classes.differences} id={listId}>
          {changes.map((change) => (
            <li
              key={`${change.kind} ${change.field}`}
              className={classes.difference}
              data-kind={change.kind}
              data-breaking={change.isBreaking}
            >
              <div className={classes.kind}>
                <ChangeKindLabel kind={change.kind} />
                {change.isBreaking && <BreakingMark />}
              </div>
              <div>
                {change.field !== null && (
                  <div className={classes.field}>
                    <Truncate mono>{change.field}</Truncate>
                  </div>
                )}
                <ChangeValues kind={change.kind} before={change.before} after={change.after} />
              </div>
            </li>
          ))}
        </ul>
      )}
    </li>
  );
}
