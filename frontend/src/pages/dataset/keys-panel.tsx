import { Stack, Table, Text, Title } from '@mantine/core';
import { EmptyState } from '@/components/empty-state';
import { Truncate } from '@/components/truncate';
import { Reference } from './column-row';
import type { Dataset } from './dataset';

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
        <KeyTable heads={['Columns', 'Refers to', 'Name']}>
          {foreignKeys.map((key) => (
            <Table.Tr key={`${key.name} ${key.columns.join(' ')}`}>
              <Table.Td>
                <Truncate mono>{key.columns.join(', ')}</Truncate>
              </Table.Td>
              <Table.Td>
                <Reference foreignKey={key} />
              </Table.Td>
              <Table.Td>
                <Truncate>{key.name ?? '–'}</Truncate>
              </Table.Td>
            </Table.Tr>
          ))}
        </KeyTable>
      </Section>
      <Section title="Indexes" isEmpty={indexes.length === 0}>
        <KeyTable heads={['Columns', 'Keys', 'Name']}>
          {indexes.map(({ name, columns, unique }) => (
            <Table.Tr key={name}>
              <Table.Td>
                <Truncate mono>{columns.join(', ')}</Truncate>
              </Table.Td>
              <Table.Td>{unique ? 'Unique' : 'May repeat'}</Table.Td>
              <Table.Td>
                <Truncate>{name}</Truncate>
              </Table.Td>
            </Table.Tr>
          ))}
        </KeyTable>
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

interface KeyTableProps {
  readonly heads: readonly string[];
  readonly children: React.ReactNode;
}

function KeyTable({ heads, children }: KeyTableProps) {
  return (
    <Table.ScrollContainer minWidth={620} type="native" tabIndex={0}>
      <Table layout="fixed">
        <Table.Thead>
          <Table.Tr>
            {heads.map((head) => (
              <Table.Th key={head}>{head}</Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>{children}</Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
