import { Group, Progress, Stack, Text } from '@mantine/core';
import { Truncate } from '@/components/truncate';
import { count } from '@/lib/numbers';
import type { RunQuery } from './run.generated';
import { percentDone } from './steps';

interface RunProgressProps {
  readonly progress: NonNullable<RunQuery['collectionRun']>['progress'];
}

/** How far a running collection is, and the object it is at. */
export function RunProgress({ progress }: RunProgressProps) {
  const { phase, done, total, current } = progress ?? {
    phase: 'Beginning',
    done: 0,
    total: null,
    current: null,
  };
  const percent = percentDone(done, total);
  return (
    <Stack gap={6} data-testid="run-progress">
      <Group justify="space-between" gap="sm">
        <Text size="sm" fw={600}>
          {phase}
        </Text>
        <Text size="sm">
          {total === null ? `${count(done)} objects` : `${count(done)} of ${count(total)} objects`}
        </Text>
      </Group>
      <Progress.Root size="lg">
        <Progress.Section
          value={percent ?? 100}
          animated
          striped
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
