import { Button, Table, Text, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { useWindowVirtualizer } from '@tanstack/react-virtual';
import { useDeferredValue, useLayoutEffect, useMemo, useRef, useState } from 'react';
import { DataTable, type TableColumn } from '@/components/data-table';
import { EmptyState } from '@/components/empty-state';
import { IconSearch } from '@/components/icons';
import { count } from '@/lib/numbers';
import { ColumnRow } from './column-row';
import { columnsMatching, columnsOf } from './columns';
import classes from './columns-panel.module.css';
import type { Dataset } from './dataset';

const ROW_HEIGHT = 41;
const ROWS_BEYOND_VIEW = 20;
const TYPING_MS = 200;
// A filter is of use where the columns do not fit into the window.
const FILTER_FROM = 15;

const COLUMNS: readonly TableColumn[] = [
  { head: '#', width: 56, align: 'right' },
  { head: 'Column' },
  { head: 'Type', width: '19%', visibleFrom: 'md' },
  { head: 'Null', width: 88 },
  { head: 'Default', width: '16%', visibleFrom: 'md' },
  { head: 'Comment', width: '28%', visibleFrom: 'md' },
];

interface ColumnsPanelProps {
  readonly dataset: Dataset;
  readonly search: string;
  readonly onSearch: (search: string) => void;
}

/** The columns of a dataset; of thousands, only those in view are drawn. */
export function ColumnsPanel({ dataset, search, onSearch }: ColumnsPanelProps) {
  const [typed, setTyped] = useState(search);
  const tell = useDebouncedCallback(onSearch, TYPING_MS);
  const wanted = useDeferredValue(typed);
  const columns = useMemo(() => columnsOf(dataset), [dataset]);
  const found = useMemo(() => columnsMatching(columns, wanted), [columns, wanted]);
  if (columns.length === 0) return <EmptyState title="No columns">Its source lists none for it.</EmptyState>;
  return (
    <>
      {(columns.length >= FILTER_FROM || search !== '' || typed !== '') && (
        <div className={classes.filter}>
          <TextInput
            type="search"
            aria-label="Filter columns"
            placeholder="Name, type or comment"
            leftSection={<IconSearch size={16} aria-hidden />}
            w={300}
            maw="100%"
            value={typed}
            onChange={(event) => {
              setTyped(event.currentTarget.value);
              tell(event.currentTarget.value);
            }}
          />
          <Text size="sm" c="dimmed" aria-live="polite">
            {count(found.length)} of {count(columns.length)} columns
          </Text>
        </div>
      )}
      {found.length === 0 ? (
        <EmptyState
          title="No columns match"
          action={
            <Button
              variant="default"
              onClick={() => {
                setTyped('');
                onSearch('');
              }}
            >
              Show all columns
            </Button>
          }
        />
      ) : (
        <ColumnsTable columns={found} search={wanted} />
      )}
    </>
  );
}

interface ColumnsTableProps {
  readonly columns: ReturnType<typeof columnsOf>;
  readonly search: string;
}

function ColumnsTable({ columns, search }: ColumnsTableProps) {
  const body = useRef<HTMLTableSectionElement>(null);
  const [top, setTop] = useState(0);
  useLayoutEffect(() => {
    if (body.current !== null) setTop(body.current.getBoundingClientRect().top + window.scrollY);
  }, []);
  const virtualizer = useWindowVirtualizer({
    count: columns.length,
    estimateSize: () => ROW_HEIGHT,
    overscan: ROWS_BEYOND_VIEW,
    scrollMargin: top,
    getItemKey: (index) => columns[index]?.position ?? index,
  });
  const inView = virtualizer.getVirtualItems();
  const before = (inView[0]?.start ?? top) - top;
  const after = virtualizer.getTotalSize() - ((inView.at(-1)?.end ?? top) - top);
  return (
    <DataTable
      label="Columns"
      columns={COLUMNS}
      minWidth={820}
      minWidthNarrow={330}
      rowCount={columns.length + 1}
      data-testid="columns-table"
    >
      <Table.Tbody ref={body}>
        <Gap height={before} />
        {inView.map(({ index, key }) => {
          const column = columns[index];
          return (
            column && (
              <ColumnRow
                key={key}
                column={column}
                search={search}
                index={index}
                measure={virtualizer.measureElement}
              />
            )
          );
        })}
        <Gap height={after} />
      </Table.Tbody>
    </DataTable>
  );
}

/** Stands for the rows that are out of view. */
function Gap({ height }: { readonly height: number }) {
  if (height <= 0) return null;
  return (
    <tr aria-hidden>
      <td className={classes.gap} style={{ height }} />
    </tr>
  );
}
