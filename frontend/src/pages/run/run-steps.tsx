import { Text, VisuallyHidden } from '@mantine/core';
import { Duration } from '@/components/duration';
import {
  IconCircleCheck,
  IconCircleDashed,
  IconCircleMinus,
  IconCircleX,
  IconLoader2,
} from '@/components/icons';
import { counted } from '@/lib/numbers';
import { exactTime } from '@/lib/time';
import type { RunQuery, RunStepState } from './run.generated';
import classes from './run.module.css';
import { msBetween, STATE_LABELS, STEP_LABELS } from './steps';

type Step = NonNullable<RunQuery['collectionRun']>['steps'][number];

const TO_THE_SECOND = new Intl.DateTimeFormat('en-GB', { timeStyle: 'medium' });
const ICONS = {
  PENDING: IconCircleDashed,
  RUNNING: IconLoader2,
  DONE: IconCircleCheck,
  FAILED: IconCircleX,
  SKIPPED: IconCircleMinus,
  CANCELED: IconCircleMinus,
} as const satisfies Record<RunStepState, typeof IconLoader2>;

/** The five steps of a run: where each stands, when it began, how long it took and how often it was tried. */
export function RunSteps({ steps }: { readonly steps: readonly Step[] }) {
  return (
    <ol className={classes.steps} aria-label="Steps">
      {steps.map((step) => (
        <StepRow key={step.name} step={step} />
      ))}
    </ol>
  );
}

function StepRow({ step: { name, state, startedAt, endedAt, attempts, error } }: { readonly step: Step }) {
  const Icon = ICONS[state];
  const isBegun = startedAt !== null;
  return (
    <li className={classes.step} data-step={name} data-state={state}>
      <span className={classes.stepIcon}>
        <Icon size={18} stroke={2} aria-hidden />
      </span>
      <Text size="sm" fw={state === 'RUNNING' ? 600 : undefined} c={isBegun ? undefined : 'dimmed'}>
        {STEP_LABELS[name]}
        {isBegun &&
          (state === 'DONE' ? (
            <VisuallyHidden>: done</VisuallyHidden>
          ) : (
            <Note state={state}>{STATE_LABELS[state]}</Note>
          ))}
      </Text>
      {isBegun ? (
        <>
          <Text size="sm" c="dimmed" className={`${classes.number} ${classes.attempts}`}>
            {attempts > 1 && counted(attempts, 'attempt')}
          </Text>
          <Text size="sm" c="dimmed" className={`${classes.number} ${classes.startedAt}`}>
            <time dateTime={startedAt} title={exactTime(startedAt)}>
              {TO_THE_SECOND.format(new Date(startedAt))}
            </time>
          </Text>
          <Text size="sm" className={classes.number}>
            {(state === 'RUNNING' || endedAt !== null) && (
              <Duration ms={msBetween(startedAt, endedAt)} since={startedAt} />
            )}
          </Text>
        </>
      ) : (
        <Text size="sm" c="dimmed" className={classes.notBegun}>
          {STATE_LABELS[state]}
        </Text>
      )}
      {error !== null && (
        <Text
          size="xs"
          c={state === 'FAILED' ? 'var(--status-failed)' : 'dimmed'}
          className={classes.stepError}
        >
          {state === 'FAILED' ? error : `An attempt failed: ${error}`}
        </Text>
      )}
    </li>
  );
}

function Note({ state, children }: { readonly state: RunStepState; readonly children: string }) {
  return (
    <Text span size="xs" c={state === 'FAILED' ? 'var(--status-failed)' : 'dimmed'} ml={8} fw={400}>
      {children}
    </Text>
  );
}
