import { Alert, Group, SegmentedControl, Select, Skeleton, Stack, Text } from '@mantine/core';
import { useMemo } from 'react';
import { useLive } from '@/api/use-live';
import { EmptyState } from '@/components/empty-state';
import { IconInfoCircle } from '@/components/icons';
import { QueryState } from '@/components/query-state';
import { type Address, type ChangeAddress, DEPTHS } from './address';
import type { Dataset } from './dataset';
import { DatasetLineageDocument } from './dataset.generated';
import { follow, type Lineage, webOf } from './lineage';
import { LineageGraph } from './lineage-graph';
import { LineageList } from './lineage-list';
import { Relations } from './relations';
import { SelectedEdge } from './selected-edge';

const DEPTH_LABELS = { 1: '1 step', 2: '2', 3: '3', 5: '5', 10: '10' } as const;

interface LineagePanelProps {
  readonly dataset: Dataset;
  readonly address: Address;
  readonly change: ChangeAddress;
}

/** What a dataset is made from, what is made from it, and what foreign keys join it with. */
export function LineagePanel({ dataset, address, change }: LineagePanelProps) {
  const { depth, asOf } = address;
  const live = useLive(DatasetLineageDocument, { id: dataset.id, depth: Number(depth) });
  return (
    <QueryState live={live} loading={<Skeleton h={320} radius="sm" aria-hidden />}>
      {({ metadataDataset }) =>
        metadataDataset && (
          <Stack gap="lg">
            {asOf !== null && (
              <Text size="sm" c="dimmed">
                Lineage and relations are as of now: what they were is not kept.
              </Text>
            )}
            <Surroundings lineage={metadataDataset} dataset={dataset} address={address} change={change} />
            <Relations lineage={metadataDataset} />
          </Stack>
        )
      }
    </QueryState>
  );
}

interface SurroundingsProps extends LineagePanelProps {
  readonly lineage: Lineage;
}

function Surroundings({ lineage, dataset, address, change }: SurroundingsProps) {
  const { depth, view, follow: column, edge } = address;
  const { lineageNote, upstream, downstream } = lineage;
  const web = useMemo(() => webOf(lineage), [lineage]);
  const followed = useMemo(
    () => (column === '' ? null : follow(web.edges, lineage.id, column)),
    [web, lineage.id, column],
  );
  if (web.nodes.length === 1) return <NoLineage note={lineageNote} dataset={dataset} />;
  const names = [...new Set([...dataset.fields.map(({ name }) => name), ...(column === '' ? [] : [column])])];
  return (
    <Stack gap="sm">
      <Group gap="sm" align="flex-end">
        <SegmentedControl
          aria-label="How far"
          data={DEPTHS.map((value) => ({ value, label: DEPTH_LABELS[value] }))}
          value={depth}
          onChange={(chosen) => change({ depth: DEPTHS.find((one) => one === chosen) ?? '2' })}
        />
        <SegmentedControl
          aria-label="Shown as"
          data={[
            { value: 'graph', label: 'Graph' },
            { value: 'list', label: 'List' },
          ]}
          value={view}
          onChange={(chosen) => change({ view: chosen === 'list' ? 'list' : 'graph' })}
        />
        <Select
          aria-label="Follow a column"
          placeholder="Follow a column"
          searchable
          clearable
          limit={100}
          w={220}
          data={names}
          value={column === '' ? null : column}
          onChange={(chosen) => change({ follow: chosen ?? '', edge: '' })}
          nothingFoundMessage="No column matches"
          clearButtonProps={{ 'aria-label': 'Follow no column' }}
        />
        <Text size="sm" c="dimmed" role="status">
          {followed !== null &&
            followed.pairs.size === 0 &&
            'Nothing is known of where it comes from or goes to.'}
        </Text>
      </Group>
      <Notes note={lineageNote} isTruncated={upstream.isTruncated || downstream.isTruncated} />
      {view === 'list' ? (
        <LineageList web={web} centerId={lineage.id} followed={followed} />
      ) : (
        <>
          <LineageGraph
            web={web}
            centerId={lineage.id}
            followed={followed}
            edge={edge}
            onEdge={(key) => change({ edge: key }, { push: false })}
          />
          <SelectedEdge
            web={web}
            edge={edge}
            followed={followed}
            onClose={() => change({ edge: '' }, { push: false })}
          />
        </>
      )}
    </Stack>
  );
}

interface NotesProps {
  readonly note: string | null;
  readonly isTruncated: boolean;
}

/** What of the lineage is not known, or not shown. */
function Notes({ note, isTruncated }: NotesProps) {
  if (note === null && !isTruncated) return null;
  return (
    <Alert color="gray" variant="light" role="note" icon={<IconInfoCircle size={18} />} py="xs">
      {note !== null && <div>{note}</div>}
      {isTruncated && (
        <div>There is more within this distance; the nearest are shown. Go fewer steps to see all.</div>
      )}
    </Alert>
  );
}

function NoLineage({ note, dataset }: { readonly note: string | null; readonly dataset: Dataset }) {
  return (
    <EmptyState title="No lineage is known">
      {note ??
        (dataset.definition === null
          ? 'It is no view, and no view of this endpoint reads it.'
          : 'Its text reads no dataset of the catalog, and no view of this endpoint reads it.')}
    </EmptyState>
  );
}
