import { Group, Select, TextInput } from '@mantine/core';
import { viewerZone } from '@/lib/time';
import { TIME_RANGE_LABELS, TIME_RANGES, type TimeRange } from '@/lib/time-range';

interface TimeRangeFieldProps {
  /** What the time is of. */
  readonly label?: string;
  readonly range: TimeRange;
  /** Local date and time, as the browser's own field writes it; for `custom`. */
  readonly since: string;
  readonly until: string;
  readonly onChange: (change: { range?: TimeRange; since?: string; until?: string }) => void;
}

const OPTIONS = TIME_RANGES.map((value) => ({ value, label: TIME_RANGE_LABELS[value] }));

/** Which span of time to look at: one of a few, or from a moment to a moment. */
export function TimeRangeField({ label = 'Time', range, since, until, onChange }: TimeRangeFieldProps) {
  return (
    <>
      <Select
        label={label}
        w={168}
        data={OPTIONS}
        value={range}
        allowDeselect={false}
        onChange={(value) => value !== null && onChange({ range: value as TimeRange })}
      />
      {range === 'custom' && (
        <Group gap="sm" align="flex-end">
          <TextInput
            type="datetime-local"
            label="From"
            title={viewerZone()}
            flex={1}
            value={since}
            onChange={(event) => onChange({ since: event.currentTarget.value })}
          />
          <TextInput
            type="datetime-local"
            label="To"
            title={viewerZone()}
            flex={1}
            value={until}
            onChange={(event) => onChange({ until: event.currentTarget.value })}
          />
        </Group>
      )}
    </>
  );
}
