import { Select, Text } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useState } from 'react';
import { useLive } from '@/api/use-live';
import { EndpointChoicesDocument, EndpointNameDocument } from './collections.generated';

const TYPING_MS = 200;

interface EndpointSelectProps {
  readonly label: string;
  /** The endpoint's id; `''` for none. */
  readonly value: string;
  readonly onChange: (id: string) => void;
  /** Only endpoints that can be given a collection can be chosen. */
  readonly withoutCollection?: boolean;
  readonly error?: React.ReactNode;
  readonly w?: number;
  readonly 'data-testid'?: string;
}

/** An endpoint, searched for by the server. */
export function EndpointSelect({ value, onChange, withoutCollection = false, ...rest }: EndpointSelectProps) {
  const [typed, setTyped] = useState('');
  const chosen = useLive(EndpointNameDocument, { id: value }, { enabled: value !== '' });
  const name = value === '' || chosen.isStale ? null : (chosen.data?.endpoint?.name ?? null);
  // the chosen name standing in the field is no search
  const [search] = useDebouncedValue(typed === name ? '' : typed.trim(), TYPING_MS);
  const found = useLive(EndpointChoicesDocument, { search: search || null });
  const endpoints = found.data?.endpointsConnection.nodes ?? [];
  const options = endpoints.map((endpoint) => ({
    value: endpoint.id,
    label: endpoint.name,
    disabled: withoutCollection && whyNotChosen(endpoint) !== null,
  }));
  const isListed = value === '' || options.some((option) => option.value === value);
  const data = isListed ? options : [{ value, label: name ?? value, disabled: false }, ...options];
  return (
    <Select
      {...rest}
      placeholder={withoutCollection ? 'Search for an endpoint' : 'Any endpoint'}
      searchable
      clearable
      data={data}
      filter={({ options: all }) => all}
      value={value === '' ? null : value}
      onChange={(id) => onChange(id ?? '')}
      searchValue={typed}
      onSearchChange={setTyped}
      nothingFoundMessage={found.isLoading ? 'Searching…' : 'No endpoint matches'}
      renderOption={({ option }) => {
        const endpoint = endpoints.find(({ id }) => id === option.value);
        const reason = withoutCollection && endpoint ? whyNotChosen(endpoint) : null;
        return (
          <div style={{ minWidth: 0 }}>
            <bdi>{option.label}</bdi>
            <Text size="xs" c="dimmed" truncate>
              {reason ?? endpoint?.url}
            </Text>
          </div>
        );
      }}
    />
  );
}

interface Choice {
  readonly capabilities: readonly string[];
  readonly collections: readonly unknown[];
}

function whyNotChosen({ capabilities, collections }: Choice): string | null {
  if (collections.length > 0) return 'Has a collection already';
  return capabilities.includes('metadata') ? null : 'No connector collects its metadata';
}
