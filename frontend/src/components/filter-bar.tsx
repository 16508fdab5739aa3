import { Button } from '@mantine/core';
import classes from './filter-bar.module.css';
import { IconFilterOff } from './icons';

interface FilterBarProps {
  /** What the filters narrow. */
  readonly label: string;
  /** Takes all of them away; null while nothing is filtered out. */
  readonly onReset: (() => void) | null;
  readonly children: React.ReactNode;
}

/** Fields that narrow a list, in a row that wraps, and a way to take them all back. */
export function FilterBar({ label, onReset, children }: FilterBarProps) {
  return (
    <search className={classes.bar} aria-label={label}>
      {children}
      {onReset !== null && (
        <Button variant="subtle" leftSection={<IconFilterOff size={16} />} onClick={onReset}>
          Reset filters
        </Button>
      )}
    </search>
  );
}
