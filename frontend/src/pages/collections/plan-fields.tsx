import { Group, NumberInput, Select, TextInput } from '@mantine/core';
import { CADENCE_LABELS, CADENCES, MINUTE_STEPS, type Plan, WEEKDAYS, withCadence } from './schedule';

interface PlanFieldsProps {
  readonly plan: Plan;
  readonly onChange: (plan: Plan) => void;
  /** What is wrong with the schedule. */
  readonly error: React.ReactNode;
}

const CADENCE_OPTIONS = CADENCES.map((value) => ({ value, label: CADENCE_LABELS[value] }));
const STEP_OPTIONS = MINUTE_STEPS.map((value) => ({ value, label: `Every ${value} minutes` }));
// the week begins on Monday, as the field that it fills counts from Sunday
const DAY_OPTIONS = [1, 2, 3, 4, 5, 6, 0].map((day) => ({ value: String(day), label: `${WEEKDAYS[day]}` }));

/** How often, and when. */
export function PlanFields({ plan, onChange, error }: PlanFieldsProps) {
  const { cadence } = plan;
  const isAtTime = cadence === 'daily' || cadence === 'weekdays' || cadence === 'weekly';
  return (
    <>
      <Select
        label="How often"
        data={CADENCE_OPTIONS}
        value={cadence}
        allowDeselect={false}
        maxDropdownHeight={320}
        onChange={(value) => {
          const next = CADENCES.find((one) => one === value);
          if (next !== undefined) onChange(withCadence(plan, next));
        }}
        data-testid="schedule-cadence"
        data-autofocus
      />
      <Group gap="sm" align="flex-start" grow>
        {cadence === 'minutes' && (
          <Select
            label="Interval"
            data={STEP_OPTIONS}
            value={plan.every}
            allowDeselect={false}
            error={error}
            onChange={(every) => every !== null && onChange({ ...plan, every })}
          />
        )}
        {cadence === 'hourly' && (
          <NumberInput
            label="At minute"
            min={0}
            max={59}
            clampBehavior="strict"
            allowDecimal={false}
            value={plan.minute}
            error={error}
            onChange={(minute) => onChange({ ...plan, minute: Number(minute) })}
          />
        )}
        {cadence === 'weekly' && (
          <Select
            label="On"
            data={DAY_OPTIONS}
            value={String(plan.day)}
            allowDeselect={false}
            onChange={(day) => onChange({ ...plan, day: Number(day) })}
          />
        )}
        {isAtTime && (
          <TextInput
            label="At"
            type="time"
            value={plan.time}
            error={plan.time === '' ? 'Choose a time.' : error}
            onChange={(event) => onChange({ ...plan, time: event.currentTarget.value })}
            data-testid="schedule-time"
          />
        )}
        {cadence === 'cron' && (
          <TextInput
            label="Cron"
            description="Minute, hour, day, month, weekday; or @daily"
            placeholder="30 2 * * 1-5"
            spellCheck={false}
            autoComplete="off"
            value={plan.cron}
            error={error}
            onChange={(event) => onChange({ ...plan, cron: event.currentTarget.value })}
            data-testid="schedule-cron"
          />
        )}
      </Group>
    </>
  );
}
