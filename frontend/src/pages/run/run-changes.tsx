import { Anchor, Badge, Table, Text } from '@mantine/core';
import { useState } from 'react';
import { Link } from 'react-router';
import { useLive } from '@/api/use-live';
import { CHANGE_KINDS } from '@/components/catalog-change';
import { Pager } from '@/components/pager';
import { QueryState } from '@/components/query-state';
import { Truncate } from '@/components/truncate';
import { RunChangesDocument } from './run.generated';
import { valueText } from './steps';

const PAGE = 25;

/** What a run found changed, newest first, in pages. */
export function RunChanges({ runId, isActive }: { readonly runId: string; readonly isActive: boolean }) {
  const [trail, setTrail] = useState<readonly string[]>([]);
  const live = useLive(
    RunChangesDocument,
    { id: runId, first: PAGE, after: trail.at(-1) ?? null },
    { active: () => isActive },
  );
  return (
    <QueryState
      live={live}
      isEmpty={({ collectionRun }) => collectionRun === null || collectionRun.changes.totalCount === 0}
      empty={
        <Text c="dimmed" size="sm">
          {isActive ? 'Changes are listed here once they are stored.' : 'This run found nothing changed.'}
        </Text>
      }
    >
      {({ collectionRun }) => {
        if (collectionRun === null) return null;
        const { changes } = collectionRun;
        return (
          <>
            <Table.ScrollContainer minWidth={560}>
              <Table layout="fixed" verticalSpacing={6}>
                <Table.Thead>
                  <Table.Tr>
                    <Table.Th w="24%">Change</Table.Th>
                    <Table.Th w="30%">Dataset</Table.Th>
                    <Table.Th w="20%">Column</Table.Th>
                    <Table.Th>Before → after</Table.Th>
                  </Table.Tr>
                </Table.Thead>
                <Table.Tbody>
                  {changes.nodes.map((change) => (
                    <Table.Tr key={change.id}>
                      <Table.Td>
                        {CHANGE_KINDS[change.kind]}
                        {change.isBreaking && (
                          <Badge color="red" variant="light" size="sm" ml={6}>
                            Breaking
                          </Badge>
                        )}
                      </Table.Td>
                      <Table.Td>
                        <Anchor component={Link} to={`/catalog/${change.datasetId}`} size="sm">
                          <Truncate>{change.dataset.displayName}</Truncate>
                        </Anchor>
                      </Table.Td>
                      <Table.Td>
                        <Truncate>{change.field ?? '–'}</Truncate>
                      </Table.Td>
                      <Table.Td>
                        <BeforeAfter before={change.before} after={change.after} />
                      </Table.Td>
                    </Table.Tr>
                  ))}
                </Table.Tbody>
              </Table>
            </Table.ScrollContainer>
            <Pager
              {...changes}
              trail={trail}
              onTrail={setTrail}
              pageSize={PAGE}
              shown={changes.nodes.length}
              noun="changes"
            />
          </>
        );
      }}
    </QueryState>
  );
}

function BeforeAfter({ before, after }: { readonly before: unknown; readonly after: unknown }) {
  if (before === null && after === null) return '–';
  return <Truncate mono>{`${valueText(before)} → ${valueText(after)}`}</Truncate>;
}
