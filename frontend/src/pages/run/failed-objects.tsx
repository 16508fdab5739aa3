import { Code, Table, Text } from '@mantine/core';
import { useState } from 'react';
import { useLive } from '@/api/use-live';
import { DataTable, type TableColumn } from '@/components/data-table';
import { PagedList } from '@/components/paged-list';
import { Truncate } from '@/components/truncate';
import { failedName } from './reading';
import { FailedObjectsDocument } from './run.generated';

const PAGE = 25;
const NONE = { nodes: [], pageInfo: { hasNextPage: false, endCursor: null }, totalCount: 0 };
const COLUMNS: readonly TableColumn[] = [
  { head: 'Object', width: '34%' },
  { head: 'Reason' },
  { head: 'Code', width: 230, visibleFrom: 'md' },
];

/** What a run listed and could not read, and why, in pages. */
export function FailedObjects({ runId }: { readonly runId: string }) {
  const [trail, setTrail] = useState<readonly string[]>([]);
  const live = useLive(FailedObjectsDocument, { id: runId, first: PAGE, after: trail.at(-1) ?? null });
  return (
    <PagedList
      live={live}
      pageOf={({ collectionRun }) => collectionRun?.failedObjects ?? NONE}
      pageSize={PAGE}
      noun="object"
      trail={trail}
      onTrail={setTrail}
      nothingYet={
        <Text c="dimmed" size="sm">
          The run kept no list of them. Its log may say more.
        </Text>
      }
    >
      {(objects) => (
        <DataTable
          label="Objects that could not be read"
          columns={COLUMNS}
          minWidth={620}
          minWidthNarrow={330}
          data-testid="failed-objects"
        >
          <Table.Tbody>
            {objects.map((object) => (
              <Table.Tr key={object.id} data-testid="failed-object" data-code={object.code}>
                <Table.Td>
                  <Truncate mono>{failedName(object)}</Truncate>
                </Table.Td>
                <Table.Td>
                  <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
                    {object.reason}
                  </Text>
                  <Text size="xs" component="div" hiddenFrom="md">
                    <Code>{object.code}</Code>
                  </Text>
                </Table.Td>
                <Table.Td visibleFrom="md">
                  <Code>{object.code}</Code>
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </DataTable>
      )}
    </PagedList>
  );
}
