import { Table, VisuallyHidden } from '@mantine/core';
import classes from './data-table.module.css';

export interface TableColumn {
  readonly head: string;
  readonly width?: number | string;
  /** Numbers line up on the right. */
  readonly align?: 'right';
  /** Only those who listen need to be told what is in it. */
  readonly isHeadHidden?: boolean;
  /** Left out of narrow windows; give its cells the same `visibleFrom`. */
  readonly visibleFrom?: 'md';
}

interface DataTableProps {
  /** What the rows are, for those who listen. */
  readonly label: string;
  readonly columns: readonly TableColumn[];
  /** The least width in pixels at which nothing is squeezed; below that the table scrolls in itself. */
  readonly minWidth: number;
  /** The same for narrow windows, where some columns are left out. */
  readonly minWidthNarrow?: number;
  readonly spacing?: number;
  /** How many rows there are with the heading, when only some of them are drawn. */
  readonly rowCount?: number;
  readonly 'data-testid'?: string;
  /** The rows. */
  readonly children: React.ReactNode;
}

/** A table with named columns of fixed widths, which never makes the page scroll sideways. */
export function DataTable(props: DataTableProps) {
  const { label, columns, minWidth, minWidthNarrow = minWidth, spacing, rowCount, children } = props;
  const least = { '--least-wide': `${minWidth}px`, '--least-narrow': `${minWidthNarrow}px` };
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be within reach of the keyboard
    <section className={classes.frame} style={least as React.CSSProperties} tabIndex={0} aria-label={label}>
      <Table
        className={classes.table}
        verticalSpacing={spacing}
        aria-rowcount={rowCount}
        data-testid={props['data-testid']}
      >
        <Table.Thead>
          <Table.Tr aria-rowindex={rowCount === undefined ? undefined : 1}>
            {columns.map(({ head, width, align, isHeadHidden = false, visibleFrom }) => (
              <Table.Th key={head} w={width} ta={align} visibleFrom={visibleFrom}>
                {isHeadHidden ? <VisuallyHidden>{head}</VisuallyHidden> : head}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        {children}
      </Table>
    </section>
  );
}
