import { Select, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { useEffect, useState } from 'react';
import { FilterBar } from '@/components/filter-bar';
import { TimeRangeField } from '@/components/time-range-field';
import { ACTIONS, type Filters, OBJECT_KINDS, OUTCOMES } from './audit';
import { OBJECT_WORDS, OUTCOME_LOOKS } from './words';

const TYPING_MS = 250;
const ANY = { placeholder: 'Any', clearable: true } as const;
const OBJECT_OPTIONS = OBJECT_KINDS.map((value) => ({ value, label: OBJECT_WORDS[value] }));
const OUTCOME_OPTIONS = OUTCOMES.map((value) => ({ value, label: OUTCOME_LOOKS[value].label }));

interface AuditFiltersProps {
  readonly filters: Filters;
  readonly onChange: (changes: Partial<Filters>, options?: { push?: boolean }) => void;
  readonly onReset: (() => void) | null;
}

/** Which events to list. */
export function AuditFilters({ filters, onChange, onReset }: AuditFiltersProps) {
  const { actor, action, object, outcome, range, since, until } = filters;
  const [typed, setTyped] = useState(actor);
  useEffect(() => setTyped(actor), [actor]);
  const search = useDebouncedCallback(
    (name: string) => onChange({ actor: name }, { push: false }),
    TYPING_MS,
  );
  return (
    <FilterBar label="Filters of the audit log" onReset={onReset}>
      <TextInput
        label="Who"
        placeholder="Exact name"
        w={170}
        value={typed}
        onChange={(event) => {
          setTyped(event.currentTarget.value);
          search(event.currentTarget.value);
        }}
      />
      <Select
        label="Action"
        searchable
        w={220}
        {...ANY}
        clearButtonProps={{ 'aria-label': 'Any action' }}
        data={ACTIONS}
        value={action}
        onChange={(value) => onChange({ action: value as Filters['action'] })}
      />
      <Select
        label="Done to"
        w={150}
        {...ANY}
        clearButtonProps={{ 'aria-label': 'Done to anything' }}
        data={OBJECT_OPTIONS}
        value={object}
        onChange={(value) => onChange({ object: value as Filters['object'] })}
      />
      <Select
        label="Outcome"
        w={150}
        {...ANY}
        clearButtonProps={{ 'aria-label': 'Any outcome' }}
        data={OUTCOME_OPTIONS}
        value={outcome}
        onChange={(value) => onChange({ outcome: value as Filters['outcome'] })}
      />
      <TimeRangeField range={range} since={since} until={until} onChange={onChange} />
    </FilterBar>
  );
}
