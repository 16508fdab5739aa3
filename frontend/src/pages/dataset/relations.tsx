import { Anchor, Table, Text, Title } from '@mantine/core';
import { Link } from 'react-router';
import { DataTable, type TableColumn } from '@/components/data-table';
import { Truncate } from '@/components/truncate';
import { Reference } from './column-row';
import type { Lineage } from './lineage';
import classes from './relations.module.css';

const REFERENCES: readonly TableColumn[] = [{ head: 'Columns', width: '44%' }, { head: 'Refers to' }];
const REFERENCED: readonly TableColumn[] = [{ head: 'Dataset' }, { head: 'By its columns', width: '44%' }];

/** What foreign keys join a dataset with: relations, not lineage. */
export function Relations({ lineage: { foreignKeys, referencedBy } }: { readonly lineage: Lineage }) {
  return (
    <div className={classes.sides}>
      <section>
        <Title order={2} size="h5" mb={6}>
          Refers to
        </Title>
        {foreignKeys.length === 0 ? (
          <None>It has no foreign keys.</None>
        ) : (
          <DataTable label="Foreign keys" columns={REFERENCES} minWidth={330}>
            <Table.Tbody>
              {foreignKeys.map((key) => (
                <Table.Tr key={`${key.name} ${key.columns.join(' ')}`}>
                  <Table.Td>
                    <Truncate mono>{key.columns.join(', ')}</Truncate>
                  </Table.Td>
                  <Table.Td>
                    <Reference foreignKey={key} />
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </DataTable>
        )}
      </section>
      <section>
        <Title order={2} size="h5" mb={6}>
          Referred to by
        </Title>
        {referencedBy.length === 0 ? (
          <None>No foreign key of the catalog refers to it.</None>
        ) : (
          <DataTable
            label="Foreign keys of others"
            columns={REFERENCED}
            minWidth={330}
            data-testid="referenced-by"
          >
            <Table.Tbody>
              {referencedBy.map(({ name, columns, toColumns, dataset }) => (
                <Table.Tr key={`${dataset.id} ${name} ${columns.join(' ')}`}>
                  <Table.Td>
                    <Anchor component={Link} to={`/catalog/${dataset.id}?tab=lineage`} size="sm">
                      <Truncate>{dataset.displayName}</Truncate>
                    </Anchor>
                  </Table.Td>
                  <Table.Td>
                    <Truncate mono>{keyWords(columns, toColumns)}</Truncate>
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </DataTable>
        )}
      </section>
    </div>
  );
}

function keyWords(columns: readonly string[], toColumns: readonly string[]): string {
  const target = toColumns.length === 0 ? '' : ` → ${toColumns.join(', ')}`;
  return `${columns.join(', ')}${target}`;
}

function None({ children }: { readonly children: string }) {
  return (
    <Text c="dimmed" size="sm">
      {children}
    </Text>
  );
}
