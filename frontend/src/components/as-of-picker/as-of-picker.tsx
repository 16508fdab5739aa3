import { Button, Popover, Text } from '@mantine/core';
import { useState } from 'react';
import { dayAndTime, exactTime } from '@/lib/time';
import { IconChevronDown, IconHistory } from '../icons';
import { AsOfForm, type AsOfPick } from './as-of-form';

interface AsOfPickerProps {
  /** ISO 8601; null is now. Keep it in the address under `asOf`: `moment()` of `@/lib/url-state`. */
  readonly value: string | null;
  readonly onChange: (moment: string | null) => void;
  /** Moments of what the page is about, the newest first; some of the calendar are offered beside them. */
  readonly picks?: readonly AsOfPick[];
  /** The picks will be seen. */
  readonly onOpen?: () => void;
}

/** Which moment to look at: now, or one in the past, in the viewer's zone. */
export function AsOfPicker({ value, onChange, picks = [], onOpen }: AsOfPickerProps) {
  const [isOpen, setOpen] = useState(false);
  const choose = (moment: string | null) => {
    setOpen(false);
    onChange(moment);
  };
  return (
    <Popover
      opened={isOpen}
      onChange={setOpen}
      position="bottom-end"
      width={328}
      shadow="md"
      trapFocus
      returnFocus
    >
      <Popover.Target>
        <Button
          variant={value === null ? 'default' : 'light'}
          color={value === null ? undefined : 'orange'}
          leftSection={<IconHistory size={16} />}
          rightSection={<IconChevronDown size={14} />}
          onClick={() => {
            if (!isOpen) onOpen?.();
            setOpen(!isOpen);
          }}
          title={value === null ? undefined : exactTime(value)}
          data-testid="as-of"
        >
          {value === null ? (
            'As of now'
          ) : (
            <Text span inherit truncate>
              As of {dayAndTime(value)}
            </Text>
          )}
        </Button>
      </Popover.Target>
      <Popover.Dropdown>
        <AsOfForm value={value} picks={picks} onChoose={choose} />
      </Popover.Dropdown>
    </Popover>
  );
}
