import { MultiSelect, Pill, Switch } from '@mantine/core';
import { CHANGE_KINDS } from '@/components/catalog-change';
import { EndpointSelect } from '@/components/endpoint-select';
import { FilterBar } from '@/components/filter-bar';
import { TimeRangeField } from '@/components/time-range-field';
import { type Filters, KINDS } from './filters';

const KIND_OPTIONS = KINDS.map((value) => ({ value, label: CHANGE_KINDS[value] }));

interface ChangeFiltersProps {
  readonly filters: Filters;
  readonly onChange: (changes: Partial<Filters>) => void;
  readonly onReset: (() => void) | null;
}

/** Which changes to list. */
export function ChangeFilters({ filters, onChange, onReset }: ChangeFiltersProps) {
  const { endpoint, dataset, run, kind, breaking, range, since, until } = filters;
  return (
    <FilterBar label="Filters of the changes" onReset={onReset}>
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
        pb={8}
        checked={breaking}
        onChange={(event) => onChange({ breaking: event.currentTarget.checked })}
      />
      {run !== '' && <Only what="One run" onRemove={() => onChange({ run: '' })} />}
      {dataset !== '' && <Only what="One dataset" onRemove={() => onChange({ dataset: '' })} />}
    </FilterBar>
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
