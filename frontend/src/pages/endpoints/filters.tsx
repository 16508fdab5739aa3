import { MultiSelect, SegmentedControl } from '@mantine/core';
import { SearchField } from '@/components/search-field';
import classes from './endpoints.module.css';

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
      <SearchField
        className={classes.search}
        placeholder="Name, address, description or domain"
        value={search}
        onChange={onSearch}
      />
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
