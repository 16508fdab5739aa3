import { Anchor, Badge, Button, Checkbox, Text } from '@mantine/core';
import { useState } from 'react';
import { Link } from 'react-router';
import { BreakingMark, ChangeKindLabel, ChangeValues } from '@/components/catalog-change';
import { RelativeTime } from '@/components/relative-time';
import { Truncate } from '@/components/truncate';
import { counted } from '@/lib/numbers';
import type { Version } from './dataset';
import classes from './versions-panel.module.css';

const FEW_CHANGES = 6;

interface VersionRowProps {
  readonly version: Version;
  /** The one before it. */
  readonly older: Version | null;
  readonly isNewest: boolean;
  /** Whether the page shows it. */
  readonly isShown: boolean;
  readonly isPicked: boolean;
  readonly onPick: (() => void) | null;
  readonly onCompare: (one: number, other: number | null) => void;
  readonly onMoment: (moment: string) => void;
}

/** A version: since when, by which run, what changed with it, and what can be done with it. */
export function VersionRow(props: VersionRowProps) {
  const { version, older, isNewest, isShown, isPicked, onPick, onCompare, onMoment } = props;
  const { version: number, validTo, changes } = version;
  return (
    <li
      className={classes.row}
      data-picked={isPicked || undefined}
      data-testid="version-row"
      data-version={number}
      data-breaking={changes.some(({ isBreaking }) => isBreaking)}
    >
      {onPick === null ? (
        <span />
      ) : (
        <Checkbox
          checked={isPicked}
          onChange={onPick}
          aria-label={`Pick version ${number} to compare it`}
          pt={2}
        />
      )}
      <div className={classes.head}>
        <span className={classes.number}>Version {number}</span>
        {isNewest && <Badge variant="light">{validTo === null ? 'Now' : 'Last'}</Badge>}
        {isShown && (
          <Badge variant="light" color="orange">
            Shown
          </Badge>
        )}
        <Text span size="sm" c="dimmed">
          since <Began version={version} />
          {validTo !== null && (
            <>
              {' '}
              until <RelativeTime at={validTo} />
            </>
          )}
        </Text>
      </div>
      <div className={classes.body}>
        <Changes changes={changes} />
        <div className={classes.actions}>
          {older !== null && (
            <Button
              variant="subtle"
              size="compact-sm"
              fw={500}
              onClick={() => onCompare(older.version, number)}
              aria-label={`Compare with previous: version ${number}`}
            >
              Compare with previous
            </Button>
          )}
          {!isNewest && (
            <Button
              variant="subtle"
              size="compact-sm"
              fw={500}
              onClick={() => onCompare(number, null)}
              aria-label={`Compare with newest: version ${number}`}
            >
              Compare with newest
            </Button>
          )}
          {!isNewest && !isShown && (
            <Button
              variant="subtle"
              size="compact-sm"
              fw={500}
              onClick={() => onMoment(version.validFrom)}
              aria-label={`Show as it stood: version ${number}`}
            >
              Show as it stood
            </Button>
          )}
        </div>
      </div>
    </li>
  );
}

/** When a version began, with the way to the run that found it. */
function Began({ version: { runId, validFrom } }: { readonly version: Version }) {
  if (runId === null) {
    return (
      <>
        <RelativeTime at={validFrom} /> (brought back by a person)
      </>
    );
  }
  return (
    <Anchor component={Link} to={`/runs/${runId}`} inherit>
      <RelativeTime at={validFrom} />
    </Anchor>
  );
}

function Changes({ changes }: { readonly changes: Version['changes'] }) {
  const [areAll, setAll] = useState(false);
  const breakingFirst = [...changes].sort((one, other) => Number(other.isBreaking) - Number(one.isBreaking));
  const shown = areAll ? breakingFirst : breakingFirst.slice(0, FEW_CHANGES);
  if (changes.length === 0) {
    return (
      <Text size="sm" c="dimmed" my={4}>
        What changed with it has not been kept.
      </Text>
    );
  }
  return (
    <>
      <ul className={classes.changes}>
        {shown.map(({ id, kind, field, before, after, isBreaking }) => (
          <li key={id} className={classes.change}>
            <span className={classes.what}>
              <ChangeKindLabel kind={kind} />
              {isBreaking && <BreakingMark />}
            </span>
            <div>
              {field !== null && (
                <div className={classes.field}>
                  <Truncate mono>{field}</Truncate>
                </div>
              )}
              <ChangeValues kind={kind} before={before} after={after} />
            </div>
          </li>
        ))}
      </ul>
      {changes.length > FEW_CHANGES && (
        <Button
          variant="subtle"
          size="compact-xs"
          ml={-8}
          aria-expanded={areAll}
          onClick={() => setAll(!areAll)}
        >
          {areAll ? 'Show fewer' : `Show all ${counted(changes.length, 'change')}`}
        </Button>
      )}
    </>
  );
}
