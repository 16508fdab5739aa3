import { Alert, Skeleton, Stack, Text } from '@mantine/core';
import type { Live } from '@/api/use-live';
import { ErrorNote } from '@/components/error-note';
import { IconAlertTriangle } from '@/components/icons';
import { RelativeTime } from '@/components/relative-time';
import { dayAndTime, viewerZone } from '@/lib/time';
import type { SchedulePreviewQuery } from './collections.generated';
import classes from './collections.module.css';

interface SchedulePreviewProps {
  readonly live: Live<SchedulePreviewQuery>;
  readonly timezone: string;
  /** What stands here while there is nothing to ask for. */
  readonly idle: string | null;
}

/** What a schedule would do: in words, its next ten fires, and what is surprising about it. */
export function SchedulePreview({ live, timezone, idle }: SchedulePreviewProps) {
  return (
    <section
      className={classes.preview}
      aria-label="Preview"
      aria-live="polite"
      data-testid="schedule-preview"
    >
      {idle === null ? <Preview live={live} timezone={timezone} /> : <Text c="dimmed">{idle}</Text>}
    </section>
  );
}

function Preview({
  live: { data, error, isLoading, refetch },
  timezone,
}: Omit<SchedulePreviewProps, 'idle'>) {
  if (error !== undefined) {
    const isField = error.code === 'E_BAD_INPUT';
    return isField ? (
      <Text c="dimmed">No preview until the schedule is valid.</Text>
    ) : (
      <ErrorNote error={error} onRetry={refetch} />
    );
  }
  if (data === undefined || isLoading) return <Skeleton h={280} radius="sm" />;
  const { description, firesAt, warnings } = data.schedulePreview;
  const own = viewerZone();
  return (
    <Stack gap="xs">
      <Text fw={600}>
        {description} ({timezone})
      </Text>
      <div className={classes.fire}>
        <Text size="xs" c="dimmed">
          Next runs in {timezone}
        </Text>
        <Text size="xs" c="dimmed">
          {own === timezone ? 'From now' : `For you (${own})`}
        </Text>
      </div>
      <ol className={classes.fires}>
        {firesAt.map((at) => (
          <li key={at} className={classes.fire}>
            <time dateTime={at}>{dayAndTime(at, timezone)}</time>
            {own === timezone ? <RelativeTime at={at} /> : <span>{dayAndTime(at, own)}</span>}
          </li>
        ))}
      </ol>
      {warnings.length > 0 && (
        <Alert
          color="orange"
          variant="light"
          p="xs"
          icon={<IconAlertTriangle size={18} />}
          data-testid="schedule-warnings"
        >
          <ul className={classes.warnings}>
            {warnings.map((warning) => (
              <li key={warning}>{warning}</li>
            ))}
          </ul>
        </Alert>
      )}
    </Stack>
  );
}
