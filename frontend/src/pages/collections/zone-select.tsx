import { Group, Select, Text } from '@mantine/core';
import { useMemo, useState } from 'react';
import { allZones, matchingZones, zoneOffset } from './zones';

const SHOWN = 60;

interface ZoneSelectProps {
  readonly value: string;
  readonly onChange: (zone: string) => void;
  readonly error: React.ReactNode;
}

/** A time zone, by any part of its name. */
export function ZoneSelect({ value, onChange, error }: ZoneSelectProps) {
  const zones = useMemo(allZones, []);
  const [typed, setTyped] = useState(value);
  // what stands in the field is no search: opening the list shows every zone
  const found = matchingZones(zones, typed === value ? '' : typed, SHOWN);
  const data = found.includes(value) ? found : [value, ...found];
  return (
    <Select
      label="Time zone"
      searchable
      allowDeselect={false}
      data={[...data]}
      filter={({ options }) => options}
      value={value}
      onChange={(zone) => zone !== null && onChange(zone)}
      searchValue={typed}
      onSearchChange={setTyped}
      onFocus={(event) => event.currentTarget.select()}
      nothingFoundMessage="No time zone has that name"
      error={error}
      data-testid="schedule-timezone"
      renderOption={({ option }) => (
        <Group justify="space-between" flex={1} wrap="nowrap">
          <span>{option.value}</span>
          <Text size="xs" c="dimmed">
            {zoneOffset(option.value, new Date())}
          </Text>
        </Group>
      )}
    />
  );
}
