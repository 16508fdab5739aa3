import { Switch, Table, Text, Title } from '@mantine/core';
import { useState } from 'react';
import { BreakingMark } from '@/components/catalog-change';
import { DataTable } from '@/components/data-table';
import { counted } from '@/lib/numbers';
import classes from './compared.module.css';
import type { ColumnPair, Facet, SideOfColumn } from './comparison';

const KINDS = { added: 'Added', removed: 'Removed', changed: 'Changed', same: 'The same' } as const;

interface ComparedColumnsProps {
  readonly columns: readonly ColumnPair[];
  /** What the two sides are. */
  readonly heads: readonly [string, string];
}

/** The columns of two versions: those that differ, and the others when asked for. */
export function ComparedColumns({ columns, heads }: ComparedColumnsProps) {
  const [areAll, setAll] = useState(false);
  const differing = columns.filter(({ kind }) => kind !== 'same');
  const shown = areAll ? columns : differing;
  return (
    <section>
      <Title order={2} size="h5" mb={6}>
        Columns
      </Title>
      {differing.length < columns.length && (
        <Switch
          mb="sm"
          label={`Show the ${counted(columns.length - differing.length, 'column')} that are the same, too`}
          checked={areAll}
          onChange={(event) => setAll(event.currentTarget.checked)}
        />
      )}
      {shown.length === 0 ? (
        <Text c="dimmed" size="sm">
          No column differs.
        </Text>
      ) : (
        <DataTable
          label="Compared columns"
          columns={[{ head: 'Column', width: '30%' }, { head: heads[0] }, { head: heads[1] }]}
          minWidth={620}
          minWidthNarrow={330}
          data-testid="compared-columns"
        >
          <Table.Tbody>
            {shown.map((column) => (
              <ColumnRow key={column.name} column={column} />
            ))}
          </Table.Tbody>
        </DataTable>
      )}
    </section>
  );
}

function ColumnRow({ column }: { readonly column: ColumnPair }) {
  const { name, kind, before, after, differs, isBreaking } = column;
  return (
    <Table.Tr data-testid="compared-column" data-kind={kind} data-breaking={isBreaking}>
      <Table.Td className={classes.cell}>
        <div className={classes.name}>
          <bdi className={classes.mono}>{name}</bdi>
        </div>
        <div className={classes.marks}>
          <span className={classes.chip} data-kind={kind}>
            {KINDS[kind]}
          </span>
          {isBreaking && <BreakingMark />}
        </div>
      </Table.Td>
      <Table.Td className={classes.cell} data-tone={kind === 'removed' ? 'removed' : undefined}>
        <Side side={before} differs={differs} mark="del" nothing="Not there yet" />
      </Table.Td>
      <Table.Td className={classes.cell} data-tone={kind === 'added' ? 'added' : undefined}>
        <Side side={after} differs={differs} mark="ins" nothing="Gone" />
      </Table.Td>
    </Table.Tr>
  );
}

interface SideProps {
  readonly side: SideOfColumn | null;
  readonly differs: readonly Facet[];
  /** What marks a facet that differs. */
  readonly mark: 'del' | 'ins';
  readonly nothing: string;
}

/** What a column was made of; where only the other side says something, that this one says nothing. */
function Side({ side, differs, mark: Mark, nothing }: SideProps) {
  if (side === null) {
    return (
      <Text size="sm" c="dimmed" fs="italic">
        {nothing}
      </Text>
    );
  }
  return (
    <ul className={classes.lines}>
      {linesOf(side, differs).map(({ facet, words }) => (
        <li key={facet} className={facet === 'type' || facet === 'defaultValue' ? classes.mono : undefined}>
          {differs.includes(facet) ? (
            <Mark>
              <bdi>{words}</bdi>
            </Mark>
          ) : (
            <bdi>{words}</bdi>
          )}
        </li>
      ))}
    </ul>
  );
}

interface Line {
  readonly facet: Facet;
  readonly words: string;
}

function linesOf(side: SideOfColumn, differs: readonly Facet[]): readonly Line[] {
  const { type, nullable, defaultValue, description, key } = side;
  const lines: readonly { facet: Facet; words: string | null; none: string }[] = [
    { facet: 'type', words: type, none: 'no type' },
    { facet: 'nullable', words: nullWords(nullable), none: 'null unknown' },
    { facet: 'defaultValue', words: defaultValue && `default ${defaultValue}`, none: 'no default' },
    {
      facet: 'key',
      words: key === null ? null : `primary key, place ${key}`,
      none: 'not in the primary key',
    },
    { facet: 'description', words: description && `“${description}”`, none: 'no comment' },
  ];
  return lines.flatMap(({ facet, words, none }): Line[] => {
    if (words !== null && words !== '') return [{ facet, words }];
    return differs.includes(facet) ? [{ facet, words: none }] : [];
  });
}

function nullWords(nullable: boolean | null): string | null {
  if (nullable === null) return null;
  return nullable ? 'allows null' : 'not null';
}
