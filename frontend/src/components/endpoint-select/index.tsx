import { Select, type SelectProps, Text } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useState } from 'react';
import { useLive } from '@/api/use-live';
import {
  ChosenEndpointDocument,
  type EndpointOptionFragment,
  EndpointOptionsDocument,
} from './endpoint-select.generated';

const TYPING_MS = 150;

interface EndpointSelectProps extends Omit<SelectProps, 'data' | 'value' | 'onChange'> {
  /** The chosen endpoint's id; `''` for none. */
  readonly value: string;
  readonly onChange: (id: string) => void;
  /** Why an endpoint cannot be chosen; null when it can. Without it, every one can. */
  readonly whyNot?: (endpoint: EndpointOptionFragment) => string | null;
}

/** Chooses an endpoint, deleted ones too; the server searches while one types. */
export function EndpointSelect({ value, onChange, whyNot = never, ...rest }: EndpointSelectProps) {
  const [typed, setTyped] = useState('');
  const [isOpen, setOpen] = useState(false);
  const chosen = useLive(ChosenEndpointDocument, { id: value }, { enabled: value !== '' });
  const picked = chosen.isStale ? null : (chosen.data?.endpoint ?? null);
  // The field holds the chosen one's name: that is not something to search for.
  const wanted = typed === (picked === null ? '' : labelOf(picked)) ? '' : typed.trim();
  const [search] = useDebouncedValue(wanted, TYPING_MS);
  const found = useLive(EndpointOptionsDocument, { search: search || null }, { enabled: isOpen });
  const nodes = found.data?.endpointsConnection.nodes ?? [];
  const isListed = nodes.some(({ id }) => id === value);
  const listed = isListed || picked === null ? nodes : [picked, ...nodes];
  const options = listed.map((endpoint) => ({
    value: endpoint.id,
    label: labelOf(endpoint),
    disabled: whyNot(endpoint) !== null,
  }));
  const unknown = { value, label: chosen.isLoading ? '' : 'Unknown', disabled: false };
  const isUnknown = value !== '' && picked === null && !isListed;
  return (
    <Select
      label="Endpoint"
      placeholder="Any"
      searchable
      clearable
      nothingFoundMessage={found.isLoading ? 'Searching…' : 'No endpoint matches'}
      filter={({ options: all }) => all}
      data={isUnknown ? [unknown, ...options] : options}
      value={value === '' ? null : value}
      onChange={(id) => onChange(id ?? '')}
      searchValue={typed}
      onSearchChange={setTyped}
      onDropdownOpen={() => setOpen(true)}
      onDropdownClose={() => setOpen(false)}
      clearButtonProps={{ 'aria-label': 'Any endpoint' }}
      renderOption={({ option }) => {
        const endpoint = listed.find(({ id }) => id === option.value);
        return (
          <div style={{ minWidth: 0 }}>
            <Text size="sm" truncate>
              <bdi>{option.label}</bdi>
            </Text>
            <Text size="xs" c="dimmed" truncate>
              {endpoint && (whyNot(endpoint) ?? endpoint.url)}
            </Text>
          </div>
        );
      }}
      {...rest}
    />
  );
}

function never(): null {
  return null;
}

function labelOf({ name, isDeleted }: EndpointOptionFragment): string {
  return isDeleted ? `${name} (deleted)` : name;
}
