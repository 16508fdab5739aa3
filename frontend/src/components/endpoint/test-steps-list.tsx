import { Code, Group, Text } from '@mantine/core';
import { IconAlertTriangle, IconCircleCheck, IconCircleDashed, IconCircleX } from '@/components/icons';
import type { StepState, TestStep } from './test-steps';
import classes from './test-steps-list.module.css';

const LOOKS = {
  passed: { icon: IconCircleCheck, word: 'passed' },
  warning: { icon: IconAlertTriangle, word: 'passed with a remark' },
  failed: { icon: IconCircleX, word: 'failed' },
  'not-reached': { icon: IconCircleDashed, word: 'not reached' },
  'to-come': { icon: IconCircleDashed, word: '' },
} as const satisfies Record<StepState, object>;

/** The steps of a connection test, each with its result, and what to do about it. */
export function TestStepsList({ steps }: { readonly steps: readonly TestStep[] }) {
  return (
    <ol className={classes.steps} aria-label="Steps of the connection test">
      {steps.map(({ key, label, state, message, hint, errorCode }) => {
        const { icon: Icon, word } = LOOKS[state];
        return (
          <li key={key} className={classes.step} data-state={state} data-code={errorCode ?? undefined}>
            <Icon className={classes.icon} size={18} stroke={2} aria-hidden />
            <div className={classes.words}>
              <Group gap={6}>
                <Text size="sm" fw={600}>
                  {label}
                </Text>
                <Text size="sm" c="dimmed">
                  {word}
                </Text>
                {errorCode && <Code>{errorCode}</Code>}
              </Group>
              {message && (
                <Text size="sm" c={Icon === IconCircleDashed ? 'dimmed' : undefined}>
                  {message}
                </Text>
              )}
              {hint && (
                <Text size="sm" className={classes.hint}>
                  {hint}
                </Text>
              )}
            </div>
          </li>
        );
      })}
    </ol>
  );
}
