import { CloseButton, MultiSelect, SegmentedControl, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { useEffect, useState } from 'react';
import { IconSearch } from '@/components/icons';
import classes from './endpoints.module.css';

const TYPING_MS = 250;
const OPTIONS_SHOWN = 50;

export const VIEWS = ['cards', 'table'] as const;
export type View = (typeof VIEWS)[number];

interface FiltersProps {
  readonly search: string;
  readonly onSearch: (text: string) => void;
  readonly labels: readonly string[];
  readonly knownLabels: readonly string[];
  readonly onLabels: (labels: readonly string[]) => void;
  readonly view: View;
  readonly onView: (view: View) => void;
}

/** What narrows the list, and how it is shown. */
export function Filters(props: FiltersProps) {
  const { search, onSearch, labels, knownLabels, onLabels, view, onView } = props;
  return (
    <div className={classes.filters}>
      <SearchField value={search} onChange={onSearch} />
      <MultiSelect
        className={classes.pick}
        label="Labels"
        placeholder={labels.length === 0 ? 'Any' : undefined}
        data={[...new Set([...labels, ...knownLabels])]}
        value={[...labels]}
        onChange={onLabels}
        limit={OPTIONS_SHOWN}
        searchable
        clearable
        clearButtonProps={{ 'aria-label': 'Clear labels' }}
        nothingFoundMessage="No such label"
      />
      <SegmentedControl
        className={classes.views}
        aria-label="Show as"
        value={view}
        onChange={onView}
        data={[
          { value: 'cards', label: 'Cards' },
          { value: 'table', label: 'Table' },
        ]}
      />
    </div>
  );
}

interface SearchFieldProps {
  readonly value: string;
  readonly onChange: (text: string) => void;
}

/** Passes on what is typed when the typing pauses. */
function SearchField({ value, onChange }: SearchFieldProps) {
  const [typed, setTyped] = useState(value);
  useEffect(() => setTyped(value), [value]);
  const pass = useDebouncedCallback(onChange, TYPING_MS);
  const type = (text: string) => {
    setTyped(text);
    pass(text);
  };
  return (
    <TextInput
      className={classes.search}
      label="Search"
      placeholder="Name, address, description or domain"
      leftSection={<IconSearch size={16} />}
      value={typed}
      onChange={(event) => type(event.currentTarget.value)}
      rightSection={
        typed !== '' && <CloseButton size="sm" aria-label="Clear search" onClick={() => type('')} />
      }
    />
  );
}
