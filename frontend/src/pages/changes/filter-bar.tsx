import { Button, Group, MultiSelect, Pill, Switch } from '@mantine/core';
import { CHANGE_KINDS } from '@/components/catalog-change';
import { EndpointSelect } from '@/components/endpoint-select';
import { IconFilterOff } from '@/components/icons';
import { TimeRangeField } from '@/components/time-range-field';
import { type Filters, isFiltered, KINDS } from './filters';

const KIND_OPTIONS = KINDS.map((value) => ({ value, label: CHANGE_KINDS[value] }));

interface FilterBarProps {
  readonly filters: Filters;
  readonly onChange: (changes: Partial<Filters>) => void;
  readonly onReset: () => void;
}

/** Which changes to list. */
export function FilterBar({ filters, onChange, onReset }: FilterBarProps) {
  const { endpoint, dataset, run, kind, breaking, range, since, until } = filters;
  return (
    <Group align="flex-end" gap="sm" mb="md">
      <EndpointSelect w={220} value={endpoint} onChange={(id) => onChange({ endpoint: id })} />
      <MultiSelect
        label="Kind"
        placeholder={kind.length === 0 ? 'Any' : undefined}
        miw={220}
        maw={420}
        clearable
        clearButtonProps={{ 'aria-label': 'Any kind' }}
        data={KIND_OPTIONS}
        value={[...kind]}
        onChange={(values) => onChange({ kind: KINDS.filter((one) => values.includes(one)) })}
      />
      <TimeRangeField range={range} since={since} until={until} onChange={onChange} />
      <Switch
        label="Breaking only"
        mb={8}
        checked={breaking}
        onChange={(event) => onChange({ breaking: event.currentTarget.checked })}
      />
      {run !== '' && <Only what="One run" onRemove={() => onChange({ run: '' })} />}
      {dataset !== '' && <Only what="One dataset" onRemove={() => onChange({ dataset: '' })} />}
      {isFiltered(filters) && (
        <Button variant="subtle" leftSection={<IconFilterOff size={16} />} onClick={onReset}>
          Reset
        </Button>
      )}
    </Group>
  );
}

function Only({ what, onRemove }: { readonly what: string; readonly onRemove: () => void }) {
  return (
    <Pill
      size="md"
      mb={6}
      withRemoveButton
      onRemove={onRemove}
      removeButtonProps={{ 'aria-label': `${what}: remove this filter`, tabIndex: 0, 'aria-hidden': false }}
    >
      {what}
    </Pill>
  );
}
