import { MultiSelect, Select } from '@mantine/core';
import { EndpointSelect } from '@/components/endpoint-select';
import { FilterBar } from '@/components/filter-bar';
import { RUN_STATUSES, RUN_TRIGGERS, STATUS_LOOKS, TRIGGER_LABELS } from '@/components/status';
import { TimeRangeField } from '@/components/time-range-field';
import { boundsOf, TIME_RANGES } from '@/lib/time-range';
import { oneOf, someOf, text, type UrlValues } from '@/lib/url-state';
import type { MetadataCollectionRunFilter } from './collections.generated';

/** The filters of run history, as the address carries them. */
export const FILTER_FIELDS = {
  endpoint: text(),
  status: someOf(RUN_STATUSES),
  trigger: oneOf(RUN_TRIGGERS),
  range: oneOf(TIME_RANGES, 'all'),
  since: text(),
  until: text(),
};
export type Filters = UrlValues<typeof FILTER_FIELDS>;

const STATUS_OPTIONS = RUN_STATUSES.map((value) => ({ value, label: STATUS_LOOKS[value].label }));
const TRIGGER_OPTIONS = RUN_TRIGGERS.map((value) => ({ value, label: TRIGGER_LABELS[value] }));

/** The filter to ask the server with at `now` (milliseconds). */
export function filterOf(filters: Filters, now: number): MetadataCollectionRunFilter {
  const { endpoint, status, trigger, range, since, until } = filters;
  return {
    endpointId: endpoint || null,
    statuses: status.length > 0 ? [...status] : null,
    trigger,
    ...boundsOf(range, now, since, until),
  };
}

export function isFiltered({ endpoint, status, trigger, range }: Filters): boolean {
  return endpoint !== '' || status.length > 0 || trigger !== null || range !== 'all';
}

interface RunFiltersProps {
  readonly filters: Filters;
  readonly onChange: (changes: Partial<Filters>) => void;
  readonly onReset: (() => void) | null;
}

/** What run history is narrowed to. */
export function RunFilters({ filters, onChange, onReset }: RunFiltersProps) {
  const { endpoint, status, trigger, range, since, until } = filters;
  return (
    <FilterBar label="Filters of the run history" onReset={onReset}>
      <EndpointSelect
        value={endpoint}
        onChange={(id) => onChange({ endpoint: id })}
        w={230}
        data-testid="runs-filter-endpoint"
      />
      <MultiSelect
        label="Status"
        placeholder={status.length === 0 ? 'Any' : undefined}
        data={STATUS_OPTIONS}
        value={[...status]}
        onChange={(chosen) => onChange({ status: RUN_STATUSES.filter((one) => chosen.includes(one)) })}
        clearable
        clearButtonProps={{ 'aria-label': 'Any status' }}
        miw={180}
        maw={420}
        data-testid="runs-filter-status"
      />
      <Select
        label="Trigger"
        placeholder="Any"
        data={TRIGGER_OPTIONS}
        value={trigger}
        onChange={(value) => onChange({ trigger: RUN_TRIGGERS.find((one) => one === value) ?? null })}
        clearable
        clearButtonProps={{ 'aria-label': 'Any trigger' }}
        w={150}
        data-testid="runs-filter-trigger"
      />
      <TimeRangeField label="Requested" range={range} since={since} until={until} onChange={onChange} />
    </FilterBar>
  );
}
