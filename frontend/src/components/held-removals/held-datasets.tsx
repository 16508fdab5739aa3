import { Anchor, Table } from '@mantine/core';
import { useState } from 'react';
import { Link } from 'react-router';
import { useLive } from '@/api/use-live';
import { DataTable, type TableColumn } from '../data-table';
import { DatasetKindLabel } from '../dataset-kind';
import { EmptyState } from '../empty-state';
import { PagedList } from '../paged-list';
import { RelativeTime } from '../relative-time';
import { Truncate } from '../truncate';
import { HeldDatasetsDocument, type HeldFragment } from './held-removals.generated';

const PAGE_SIZE = 25;
const NONE = { nodes: [], pageInfo: { hasNextPage: false, endCursor: null }, totalCount: 0 };
const COLUMNS: readonly TableColumn[] = [
  { head: 'Dataset' },
  { head: 'Kind', width: 170, visibleFrom: 'md' },
  { head: 'Last seen', width: 132 },
];

/** The datasets of a lot that was held, in pages. */
export function HeldDatasets({ held }: { readonly held: HeldFragment }) {
  const [trail, setTrail] = useState<readonly string[]>([]);
  const live = useLive(HeldDatasetsDocument, {
    runId: held.run.id,
    first: PAGE_SIZE,
    after: trail.at(-1) ?? null,
  });
  return (
    <PagedList
      live={live}
      pageOf={({ heldRemovals }) =>
        heldRemovals.find(
          ({ decision, decidedAt }) => decision === held.decision && decidedAt === held.decidedAt,
        )?.datasets ?? NONE
      }
      pageSize={PAGE_SIZE}
      noun="dataset"
      trail={trail}
      onTrail={setTrail}
      nothingYet={<EmptyState title="Decided meanwhile">These datasets do not wait any more.</EmptyState>}
    >
      {(datasets) => (
        <DataTable
          label="Datasets held"
          columns={COLUMNS}
          minWidth={520}
          minWidthNarrow={280}
          data-testid="held-datasets"
        >
          <Table.Tbody>
            {datasets.map(({ id, displayName, kind, collectedAt }) => (
              <Table.Tr key={id} data-testid="held-dataset" data-dataset-id={id}>
                <Table.Td>
                  <Anchor component={Link} to={`/catalog/${id}`} size="sm" display="block">
                    <Truncate>{displayName}</Truncate>
                  </Anchor>
                </Table.Td>
                <Table.Td visibleFrom="md">
                  <DatasetKindLabel kind={kind} />
                </Table.Td>
                <Table.Td>
                  <RelativeTime at={collectedAt} />
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </DataTable>
      )}
    </PagedList>
  );
}
