import { Button, MultiSelect, Select, TextInput } from '@mantine/core';
import { IconFilterOff } from '@/components/icons';
import { RUN_STATUSES, STATUS_LOOKS } from '@/components/status';
import { oneOf, someOf, text, type UrlValues } from '@/lib/url-state';
import type { MetadataCollectionRunFilter } from './collections.generated';
import classes from './collections.module.css';
import { EndpointSelect } from './endpoint-select';
import { RANGE_LABELS, RANGES, spanOf } from './time-range';

export const TRIGGERS = ['MANUAL', 'SCHEDULE', 'REGISTRATION'] as const;
export const TRIGGER_LABELS = {
  MANUAL: 'Manual',
  SCHEDULE: 'Schedule',
  REGISTRATION: 'Registration',
} as const;

/** The filters of run history, as the address carries them. */
export const FILTER_FIELDS = {
  endpoint: text(),
  status: someOf(RUN_STATUSES),
  trigger: oneOf(TRIGGERS),
  range: oneOf(RANGES),
  from: text(),
  to: text(),
};
export type Filters = UrlValues<typeof FILTER_FIELDS>;

const STATUS_OPTIONS = RUN_STATUSES.map((value) => ({ value, label: STATUS_LOOKS[value].label }));
const TRIGGER_OPTIONS = TRIGGERS.map((value) => ({ value, label: TRIGGER_LABELS[value] }));
const RANGE_OPTIONS = RANGES.map((value) => ({ value, label: RANGE_LABELS[value] }));

/** The filter to ask the server with at `now` (milliseconds). */
export function filterOf(filters: Filters, now: number): MetadataCollectionRunFilter {
  const { endpoint, status, trigger, range, from, to } = filters;
  return {
    ...(endpoint && { endpointId: endpoint }),
    ...(status.length > 0 && { statuses: [...status] }),
    ...(trigger && { trigger }),
    ...spanOf(range, from, to, now),
  };
}

export function isFiltered({ endpoint, status, trigger, range }: Filters): boolean {
  return endpoint !== '' || status.length > 0 || trigger !== null || range !== null;
}

interface RunFiltersProps {
  readonly filters: Filters;
  readonly onChange: (changes: Partial<Filters>) => void;
  readonly onReset: () => void;
}

/** What run history is narrowed to. */
export function RunFilters({ filters, onChange, onReset }: RunFiltersProps) {
  return (
    <search className={classes.filters} aria-label="Filters of the run history">
      <EndpointSelect
        label="Endpoint"
        value={filters.endpoint}
        onChange={(endpoint) => onChange({ endpoint })}
        w={230}
        data-testid="runs-filter-endpoint"
      />
      <MultiSelect
        label="Status"
        placeholder={filters.status.length === 0 ? 'Any status' : undefined}
        data={STATUS_OPTIONS}
        value={[...filters.status]}
        onChange={(chosen) => onChange({ status: RUN_STATUSES.filter((one) => chosen.includes(one)) })}
        clearable
        miw={180}
        maw={420}
        data-testid="runs-filter-status"
      />
      <Select
        label="Trigger"
        placeholder="Any trigger"
        data={TRIGGER_OPTIONS}
        value={filters.trigger}
        onChange={(value) => onChange({ trigger: TRIGGERS.find((one) => one === value) ?? null })}
        clearable
        w={150}
        data-testid="runs-filter-trigger"
      />
      <Select
        label="Requested"
        placeholder="Any time"
        data={RANGE_OPTIONS}
        value={filters.range}
        onChange={(value) =>
          onChange({ range: RANGES.find((one) => one === value) ?? null, ...(value !== 'custom' && NO_SPAN) })
        }
        clearable
        w={160}
        data-testid="runs-filter-range"
      />
      {filters.range === 'custom' && (
        <>
          <Moment label="From" value={filters.from} onChange={(from) => onChange({ from })} />
          <Moment label="To" value={filters.to} onChange={(to) => onChange({ to })} />
        </>
      )}
      {isFiltered(filters) && (
        <Button variant="subtle" leftSection={<IconFilterOff size={16} />} onClick={onReset}>
          Clear filters
        </Button>
      )}
    </search>
  );
}

const NO_SPAN = { from: '', to: '' };

interface MomentProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
}

function Moment({ label, value, onChange }: MomentProps) {
  return (
    <TextInput
      label={label}
      type="datetime-local"
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
      w={210}
    />
  );
}
