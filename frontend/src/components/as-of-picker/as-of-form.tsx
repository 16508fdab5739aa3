import { Button, Group, Stack, Text, TextInput, UnstyledButton } from '@mantine/core';
import { useId, useState } from 'react';
import { beforeLastNight, beforeLastWeek, localOf, momentOf } from '@/lib/moments';
import { dayAndTime, exactTime, viewerZone } from '@/lib/time';
import classes from './as-of-picker.module.css';

/** A moment that is offered by name. */
export interface AsOfPick {
  readonly label: string;
  /** ISO 8601. */
  readonly at: string;
}

interface AsOfFormProps {
  readonly value: string | null;
  readonly picks: readonly AsOfPick[];
  readonly onChoose: (moment: string | null) => void;
}

/** A field for any moment in the past, and moments that are asked for often. */
export function AsOfForm({ value, picks, onChoose }: AsOfFormProps) {
  const [now] = useState(Date.now);
  const [typed, setTyped] = useState(localOf(value ?? now));
  const [problem, setProblem] = useState<string | null>(null);
  const heading = useId();
  const offered = [
    { label: 'Before last night', at: beforeLastNight(now) },
    { label: 'A week before that', at: beforeLastWeek(now) },
    ...picks,
  ];
  const submit = (event: React.FormEvent) => {
    event.preventDefault();
    const moment = momentOf(typed);
    if (moment === null) setProblem('Give a date and a time.');
    else if (Date.parse(moment) > Date.now()) setProblem('This moment is yet to come.');
    else onChoose(moment);
  };
  return (
    <Stack gap="sm">
      <form onSubmit={submit} noValidate>
        <Group gap="xs" align="flex-start" wrap="nowrap">
          <TextInput
            type="datetime-local"
            label="As it stood at"
            description={viewerZone()}
            inputWrapperOrder={['label', 'input', 'description', 'error']}
            flex={1}
            miw={0}
            max={localOf(now)}
            value={typed}
            error={problem}
            onChange={(event) => {
              setTyped(event.currentTarget.value);
              setProblem(null);
            }}
            data-autofocus
          />
          <Button type="submit" mt={22}>
            Show
          </Button>
        </Group>
      </form>
      <div>
        <Text size="xs" c="dimmed" id={heading} mb={2}>
          Or at
        </Text>
        <ul className={classes.picks} aria-labelledby={heading}>
          {offered.map(({ label, at }) => (
            <li key={`${label} ${at}`}>
              <UnstyledButton
                className={classes.pick}
                onClick={() => onChoose(at)}
                aria-current={at === value || undefined}
                title={exactTime(at)}
              >
                <span>{label}</span>
                <span className={classes.when}>{dayAndTime(at)}</span>
              </UnstyledButton>
            </li>
          ))}
        </ul>
      </div>
      {value !== null && (
        <Button variant="default" onClick={() => onChoose(null)}>
          Back to now
        </Button>
      )}
    </Stack>
  );
}
