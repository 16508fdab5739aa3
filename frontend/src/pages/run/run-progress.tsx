import { Group, Progress, Stack, Text } from '@mantine/core';
import { Truncate } from '@/components/truncate';
import { count } from '@/lib/numbers';
import type { RunQuery } from './run.generated';
import classes from './run.module.css';
import { percentDone, phaseWords } from './steps';

interface RunProgressProps {
  readonly run: NonNullable<RunQuery['collectionRun']>;
}

/** How far a running collection is, and the object it is at. */
export function RunProgress({ run }: RunProgressProps) {
  const { done, total, current } = run.progress ?? { done: 0, total: null, current: null };
  const percent = percentDone(done, total);
  const phase = phaseWords(run);
  return (
    <Stack gap={6} className={classes.section} data-testid="run-progress">
      <Group justify="space-between" gap="sm">
        <Text size="sm" fw={600}>
          {phase}
        </Text>
        <Text size="sm" c="dimmed">
          {objectWords(done, total)}
        </Text>
      </Group>
      <Progress.Root size="lg">
        <Progress.Section
          className={percent === null ? classes.unknown : undefined}
          value={percent ?? 25}
          animated={percent !== null}
          striped={percent !== null}
          color="steel"
          aria-label="Progress of the collection"
          aria-valuetext={percent === null ? phase : `${Math.round(percent)} %`}
        />
      </Progress.Root>
      <Text size="sm" c="dimmed" mih={21} component="div">
        {current !== null && <Truncate mono>{current}</Truncate>}
      </Text>
    </Stack>
  );
}

function objectWords(done: number, total: number | null): string {
  if (total !== null) return `${count(done)} of ${count(total)} objects`;
  return done === 0 ? '' : `${count(done)} objects`;
}
