import { Anchor, Button, Text } from '@mantine/core';
import { useId, useState } from 'react';
import { Link } from 'react-router';
import { IconAlertTriangle, IconChevronDown, IconChevronUp, IconInfoCircle } from '../icons';
import { RelativeTime } from '../relative-time';
import { Decide } from './decide';
import classes from './held-card.module.css';
import { HeldDatasets } from './held-datasets';
import type { HeldFragment } from './held-removals.generated';
import { UndoRemovals } from './undo-removals';
import { heldTitle, isByPerson, whyHeld } from './words';

interface HeldCardProps {
  readonly held: HeldFragment;
  /** What stands around it says already: then it is not said again. */
  readonly isOn?: 'run' | 'endpoint' | undefined;
  /** After somebody has decided here. */
  readonly onDecided: () => void;
}

/** Removals that wait for a person, or what became of them: how many, since when, why, which. */
export function HeldCard({ held, isOn, onDecided }: HeldCardProps) {
  const [isOpen, setOpen] = useState(false);
  const listId = useId();
  const { run, endpoint, decision } = held;
  const isWaiting = decision === null;
  const Icon = isWaiting ? IconAlertTriangle : IconInfoCircle;
  return (
    <section
      className={classes.card}
      aria-label={`Held removals of ${endpoint.name}`}
      data-testid="held-removals"
      data-run-id={run.id}
      data-endpoint-id={endpoint.id}
      data-decision={decision ?? 'WAITING'}
    >
      <div className={classes.head}>
        <Icon className={classes.icon} size={18} aria-hidden />
        <div>
          <div className={classes.title}>
            {isOn === undefined && (
              <>
                <Anchor component={Link} to={`/endpoints/${endpoint.id}`} inherit>
                  <bdi>{endpoint.name}</bdi>
                </Anchor>
                {': '}
              </>
            )}
            {heldTitle(held)}
          </div>
          <Text size="sm" component="div">
            {isWaiting && whyHeld(held)}
            <Standing held={held} isOnRun={isOn === 'run'} />
          </Text>
        </div>
      </div>
      <div className={classes.actions}>
        {isWaiting && <Decide held={held} onDecided={onDecided} />}
        {decision === 'APPROVED' && (
          <UndoRemovals runId={run.id} endpointName={endpoint.name} onUndone={onDecided} />
        )}
        <Button
          size="compact-md"
          variant="subtle"
          aria-expanded={isOpen}
          aria-controls={listId}
          leftSection={isOpen ? <IconChevronUp size={15} /> : <IconChevronDown size={15} />}
          onClick={() => setOpen(!isOpen)}
        >
          {isOpen ? 'Hide the datasets' : 'Show the datasets'}
        </Button>
      </div>
      <div id={listId} hidden={!isOpen}>
        {isOpen && <HeldDatasets held={held} />}
      </div>
    </section>
  );
}

/** Since when, by which run, and who decided when. */
function Standing({ held, isOnRun }: { readonly held: HeldFragment; readonly isOnRun: boolean }) {
  const { run, heldAt, decision, decidedAt, decidedBy } = held;
  return (
    <Text size="sm" c="dimmed" component="div">
      Held <RelativeTime at={heldAt} />
      {!isOnRun && (
        <>
          {' by '}
          <Anchor component={Link} to={`/runs/${run.id}`} inherit underline="always">
            this run
          </Anchor>
        </>
      )}
      {decidedAt !== null && (
        <>
          {' · settled '}
          <RelativeTime at={decidedAt} />
          {isByPerson(decision) && decidedBy !== null && (
            <>
              {' by '}
              <bdi>{decidedBy}</bdi>
            </>
          )}
        </>
      )}
    </Text>
  );
}
