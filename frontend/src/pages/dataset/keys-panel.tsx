import { Stack, Table, Text, Title } from '@mantine/core';
import { DataTable, type TableColumn } from '@/components/data-table';
import { EmptyState } from '@/components/empty-state';
import { Truncate } from '@/components/truncate';
import { Reference } from './column-row';
import type { Dataset } from './dataset';

const NAME: TableColumn = { head: 'Name', width: '36%', visibleFrom: 'md' };
const FOREIGN_KEY: readonly TableColumn[] = [{ head: 'Columns' }, { head: 'Refers to' }, NAME];
const INDEX: readonly TableColumn[] = [{ head: 'Columns' }, { head: 'Values' }, NAME];

/** What identifies the rows of a dataset, what they refer to and what they are found by. */
export function KeysPanel({ dataset }: { readonly dataset: Dataset }) {
  const { primaryKey, foreignKeys, indexes } = dataset;
  if (primaryKey.length + foreignKeys.length + indexes.length === 0) {
    return <EmptyState title="No keys and no indexes" />;
  }
  return (
    <Stack gap="lg">
      <Section title="Primary key" isEmpty={primaryKey.length === 0}>
        <Text ff="monospace" size="sm" style={{ overflowWrap: 'anywhere' }}>
          <bdi>{primaryKey.join(', ')}</bdi>
        </Text>
      </Section>
      <Section title="Foreign keys" isEmpty={foreignKeys.length === 0}>
        <DataTable label="Foreign keys" columns={FOREIGN_KEY} minWidth={620} minWidthNarrow={330}>
          <Table.Tbody>
            {foreignKeys.map((key) => (
              <Table.Tr key={`${key.name} ${key.columns.join(' ')}`}>
                <Table.Td>
                  <Truncate mono>{key.columns.join(', ')}</Truncate>
                </Table.Td>
                <Table.Td>
                  <Reference foreignKey={key} />
                </Table.Td>
                <Table.Td visibleFrom="md">
                  <Truncate>{key.name ?? '–'}</Truncate>
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </DataTable>
      </Section>
      <Section title="Indexes" isEmpty={indexes.length === 0}>
        <DataTable label="Indexes" columns={INDEX} minWidth={620} minWidthNarrow={330}>
          <Table.Tbody>
            {indexes.map(({ name, columns, unique }) => (
              <Table.Tr key={name}>
                <Table.Td>
                  <Truncate mono>{columns.join(', ')}</Truncate>
                </Table.Td>
                <Table.Td>{unique ? 'Unique' : 'May repeat'}</Table.Td>
                <Table.Td visibleFrom="md">
                  <Truncate>{name}</Truncate>
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </DataTable>
      </Section>
    </Stack>
  );
}

interface SectionProps {
  readonly title: string;
  readonly isEmpty: boolean;
  readonly children: React.ReactNode;
}

function Section({ title, isEmpty, children }: SectionProps) {
  return (
    <section>
      <Title order={2} size="h5" mb={6}>
        {title}
      </Title>
      {isEmpty ? (
        <Text c="dimmed" size="sm">
          None
        </Text>
      ) : (
        children
      )}
    </section>
  );
}
