import { Anchor, Table } from '@mantine/core';
import { Link } from 'react-router';
import { useLive } from '@/api/use-live';
import { BreakingMark, ChangeKindLabel, ChangeValues } from '@/components/catalog-change';
import { EmptyState } from '@/components/empty-state';
import { Pager } from '@/components/pager';
import { QueryState } from '@/components/query-state';
import { RelativeTime } from '@/components/relative-time';
import { Truncate } from '@/components/truncate';
import { DatasetChangesDocument } from './dataset.generated';

const PAGE_SIZE = 25;

interface ChangeListProps {
  readonly datasetId: string;
  readonly trail: readonly string[];
  readonly onTrail: (trail: readonly string[]) => void;
}

/** What runs found changed of one dataset, newest first. */
export function ChangeList({ datasetId, trail, onTrail }: ChangeListProps) {
  const live = useLive(DatasetChangesDocument, { datasetId, after: trail.at(-1) ?? null });
  return (
    <QueryState
      live={live}
      isEmpty={({ catalogChanges: { nodes } }) => nodes.length === 0}
      empty={<EmptyState title="No changes" />}
    >
      {({ catalogChanges: { nodes, pageInfo, totalCount } }) => (
        <>
          <Table.ScrollContainer minWidth={720} type="native" tabIndex={0}>
            <Table layout="fixed">
              <Table.Thead>
                <Table.Tr>
                  <Table.Th w={140}>Found</Table.Th>
                  <Table.Th w={210}>Change</Table.Th>
                  <Table.Th w="22%">What</Table.Th>
                  <Table.Th>Before and after</Table.Th>
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {nodes.map(({ id, at, kind, field, before, after, isBreaking, runId }) => (
                  <Table.Tr key={id} data-testid="change-row">
                    <Table.Td>
                      {runId === null ? (
                        <RelativeTime at={at} />
                      ) : (
                        <Anchor component={Link} to={`/runs/${runId}`} size="sm">
                          <RelativeTime at={at} />
                        </Anchor>
                      )}
                    </Table.Td>
                    <Table.Td>
                      <ChangeKindLabel kind={kind} /> {isBreaking && <BreakingMark />}
                    </Table.Td>
                    <Table.Td>
                      <Truncate mono>{field ?? '–'}</Truncate>
                    </Table.Td>
                    <Table.Td>
                      <ChangeValues kind={kind} before={before} after={after} />
                    </Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          </Table.ScrollContainer>
          <Pager
            trail={trail}
            onTrail={onTrail}
            pageInfo={pageInfo}
            pageSize={PAGE_SIZE}
            shown={nodes.length}
            totalCount={totalCount}
            noun="changes"
          />
        </>
      )}
    </QueryState>
  );
}
