import { Select, type SelectProps } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useState } from 'react';
import { useLive } from '@/api/use-live';
import { EndpointOptionDocument, EndpointOptionsDocument } from './endpoint-select.generated';

const TYPING_MS = 150;

interface EndpointSelectProps extends Omit<SelectProps, 'data' | 'value' | 'onChange'> {
  /** The chosen endpoint's id; `''` for none. */
  readonly value: string;
  readonly onChange: (id: string) => void;
}

/** Chooses an endpoint, deleted ones too; the server searches while one types. */
export function EndpointSelect({ value, onChange, ...rest }: EndpointSelectProps) {
  const [typed, setTyped] = useState('');
  const [isOpen, setOpen] = useState(false);
  const chosen = useLive(EndpointOptionDocument, { id: value }, { enabled: value !== '' });
  const picked = chosen.isStale ? null : (chosen.data?.endpoint ?? null);
  // The field holds the chosen one's name: that is not something to search for.
  const wanted = typed === (picked === null ? '' : labelOf(picked)) ? '' : typed.trim();
  const [search] = useDebouncedValue(wanted, TYPING_MS);
  const found = useLive(EndpointOptionsDocument, { search: search || null }, { enabled: isOpen });
  const nodes = found.data?.endpointsConnection.nodes ?? [];
  const isListed = value === '' || nodes.some(({ id }) => id === value);
  const extra = isListed
    ? []
    : [picked ?? { id: value, name: chosen.isLoading ? '' : 'Unknown', isDeleted: false }];
  return (
    <Select
      label="Endpoint"
      placeholder="Any"
      searchable
      clearable
      nothingFoundMessage={found.isLoading ? 'Searching…' : 'No endpoint matches'}
      filter={({ options }) => options}
      data={[...extra, ...nodes].map((endpoint) => ({ value: endpoint.id, label: labelOf(endpoint) }))}
      value={value === '' ? null : value}
      onChange={(id) => onChange(id ?? '')}
      searchValue={typed}
      onSearchChange={setTyped}
      onDropdownOpen={() => setOpen(true)}
      onDropdownClose={() => setOpen(false)}
      clearButtonProps={{ 'aria-label': 'Any endpoint' }}
      {...rest}
    />
  );
}

function labelOf({ name, isDeleted }: { readonly name: string; readonly isDeleted: boolean }): string {
  return isDeleted ? `${name} (deleted)` : name;
}
