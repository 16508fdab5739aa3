import { Anchor, Table, Text } from '@mantine/core';
import { memo } from 'react';
import { Link } from 'react-router';
import { IconArrowRight, IconKey } from '@/components/icons';
import { Truncate } from '@/components/truncate';
import classes from './column-row.module.css';
import { type Column, targetOf } from './columns';

interface ColumnRowProps {
  readonly column: Column;
  /** What is marked in it. */
  readonly search: string;
  readonly index: number;
  /** Tells how high the row came out. */
  readonly measure: (row: Element | null) => void;
}

export const ColumnRow = memo(function ColumnRow({ column, search, index, measure }: ColumnRowProps) {
  const { position, name, type, nullable, defaultValue, description, keyPlace, refersBy } = column;
  return (
    <Table.Tr ref={measure} data-index={index} aria-rowindex={index + 2} data-testid="column-row">
      <Table.Td ta="right" c="dimmed">
        {position}
      </Table.Td>
      <Table.Td>
        <div className={classes.name}>
          <Truncate mono search={search}>
            {name}
          </Truncate>
          {keyPlace !== null && (
            <span className={classes.key} role="img" aria-label={`Primary key, place ${keyPlace}`}>
              <IconKey size={15} stroke={2} />
            </span>
          )}
        </div>
        {refersBy.map((key) => (
          <Reference key={`${key.name} ${targetOf(key)}`} foreignKey={key} />
        ))}
        <Text size="xs" c="dimmed" component="div" hiddenFrom="md">
          <Truncate mono search={search}>
            {type}
          </Truncate>
          {defaultValue !== null && <Truncate mono>{`default ${defaultValue}`}</Truncate>}
          {description !== null && (
            <Truncate lines={4} search={search}>
              {description}
            </Truncate>
          )}
        </Text>
      </Table.Td>
      <Table.Td visibleFrom="md">
        <Truncate mono search={search}>
          {type}
        </Truncate>
      </Table.Td>
      <Table.Td>{nullWords(nullable)}</Table.Td>
      <Table.Td visibleFrom="md">
        {defaultValue === null ? <Nothing /> : <Truncate mono>{defaultValue}</Truncate>}
      </Table.Td>
      <Table.Td visibleFrom="md">
        {description === null ? (
          <Nothing />
        ) : (
          <Truncate lines={2} search={search}>
            {description}
          </Truncate>
        )}
      </Table.Td>
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
