import { Anchor, Table, Text } from '@mantine/core';
import { memo } from 'react';
import { Link } from 'react-router';
import { IconArrowRight, IconKey } from '@/components/icons';
import { Truncate } from '@/components/truncate';
import classes from './column-row.module.css';
import { type Column, targetOf } from './columns';

interface ColumnRowProps {
  readonly column: Column;
  readonly index: number;
  /** Tells how high the row came out. */
  readonly measure: (row: Element | null) => void;
}

export const ColumnRow = memo(function ColumnRow({ column, index, measure }: ColumnRowProps) {
  const { position, name, type, nullable, defaultValue, description, keyPlace, refersBy } = column;
  return (
    <Table.Tr ref={measure} data-index={index} aria-rowindex={index + 2} data-testid="column-row">
      <Table.Td ta="right" c="dimmed">
        {position}
      </Table.Td>
      <Table.Td>
        <div className={classes.name}>
          {keyPlace !== null && (
            <span className={classes.key} role="img" aria-label={`Primary key, place ${keyPlace}`}>
              <IconKey size={15} stroke={2} />
            </span>
          )}
          <Truncate mono>{name}</Truncate>
        </div>
        {refersBy.map((key) => (
          <Reference key={`${key.name} ${targetOf(key)}`} foreignKey={key} />
        ))}
      </Table.Td>
      <Table.Td>
        <Truncate mono>{type}</Truncate>
      </Table.Td>
      <Table.Td>{nullWords(nullable)}</Table.Td>
      <Table.Td>{defaultValue === null ? <Nothing /> : <Truncate mono>{defaultValue}</Truncate>}</Table.Td>
      <Table.Td>{description === null ? <Nothing /> : <Truncate lines={2}>{description}</Truncate>}</Table.Td>
    </Table.Tr>
  );
});

/** What a foreign key refers to: a link when the catalog holds it. */
export function Reference({ foreignKey }: { readonly foreignKey: Column['refersBy'][number] }) {
  const { toDatasetId } = foreignKey;
  const target = (
    <span className={classes.reference}>
      <IconArrowRight size={13} aria-label="refers to" />
      <Truncate>{targetOf(foreignKey)}</Truncate>
    </span>
  );
  return toDatasetId === null ? (
    <Text size="xs" c="dimmed" component="div">
      {target}
    </Text>
  ) : (
    <Anchor component={Link} to={`/catalog/${toDatasetId}`} size="xs">
      {target}
    </Anchor>
  );
}

function Nothing() {
  return (
    <Text span c="dimmed">
      –
    </Text>
  );
}

function nullWords(nullable: boolean | null): string {
  if (nullable === null) return 'unknown';
  return nullable ? 'null' : 'not null';
}
