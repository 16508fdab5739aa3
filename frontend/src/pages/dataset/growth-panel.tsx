import { Button, SegmentedControl, Stack, Table, Text } from '@mantine/core';
import { useMemo, useState } from 'react';
import { useLive } from '@/api/use-live';
import { DataTable } from '@/components/data-table';
import { EmptyState } from '@/components/empty-state';
import { IconTable } from '@/components/icons';
import { QueryState } from '@/components/query-state';
import { byteSize, count } from '@/lib/numbers';
import { dayAndTime, exactTime } from '@/lib/time';
import { useSteadyNow } from '@/lib/use-steady-now';
import { type Address, type ChangeAddress, SPANS } from './address';
import type { Dataset } from './dataset';
import { DatasetObservationsDocument, type DatasetObservationsQuery } from './dataset.generated';
import classes from './growth.module.css';
import { GrowthChart } from './growth-chart';

type Observation = NonNullable<DatasetObservationsQuery['metadataDataset']>['observations'][number];

const DAY = 86_400_000;
const TEN_MINUTES = 600_000;
const SPAN_LABELS = { 30: '30 days', 90: '90 days', 365: 'A year', 3650: 'All' } as const;

interface GrowthPanelProps {
  readonly dataset: Dataset;
  readonly address: Address;
  readonly change: ChangeAddress;
}

/** How many rows a dataset had and how much it took, over time. */
export function GrowthPanel({ dataset, address, change }: GrowthPanelProps) {
  const { days, asOf } = address;
  const live = useLive(DatasetObservationsDocument, { id: dataset.id, days: Number(days) });
  return (
    <QueryState
      live={live}
      isEmpty={(data) => !isAnythingKnown(data.metadataDataset?.observations ?? [])}
      empty={
        <EmptyState title="No sizes are known">
          Its source does not say how many rows it has or how much room it takes.
        </EmptyState>
      }
    >
      {({ metadataDataset }) =>
        metadataDataset && (
          <Stack gap="md">
            <SegmentedControl
              w="fit-content"
              aria-label="Time"
              data={SPANS.map((value) => ({ value, label: SPAN_LABELS[value] }))}
              value={days}
              onChange={(chosen) => change({ days: SPANS.find((one) => one === chosen) ?? '90' })}
            />
            <Growth
              observations={metadataDataset.observations}
              days={days}
              removedAt={dataset.removedAt}
              asOf={asOf}
            />
          </Stack>
        )
      }
    </QueryState>
  );
}

function isAnythingKnown(observations: readonly Observation[]): boolean {
  return observations.some(
    ({ rowCountEstimate, sizeBytes }) => rowCountEstimate !== null || sizeBytes !== null,
  );
}

interface GrowthProps {
  readonly observations: readonly Observation[];
  readonly days: Address['days'];
  readonly removedAt: string | null;
  readonly asOf: string | null;
}

function Growth({ observations, days, removedAt, asOf }: GrowthProps) {
  const [isTable, setTable] = useState(false);
  const now = useSteadyNow(TEN_MINUTES);
  const first = Date.parse(observations[0]?.at ?? '');
  const from = days === '3650' ? Math.min(first, now - DAY) : now - Number(days) * DAY;
  const to = removedAt === null ? now : Math.min(Date.parse(removedAt), now);
  const samples = useMemo(
    () => ({
      rows: observations.map(({ at, rowCountEstimate }) => ({ at: Date.parse(at), value: rowCountEstimate })),
      bytes: observations.map(({ at, sizeBytes }) => ({ at: Date.parse(at), value: sizeBytes })),
    }),
    [observations],
  );
  const shared = { from, until: to, to: now, marked: asOf === null ? null : Date.parse(asOf) };
  return (
    <>
      <div className={classes.charts}>
        <GrowthChart title="Rows, about" unit="count" samples={samples.rows} {...shared} />
        <GrowthChart title="Size" unit="bytes" samples={samples.bytes} {...shared} />
      </div>
      <Text size="sm" c="dimmed">
        A dot is an observation, at most one a day; its value holds until the next. On days without a dot
        nothing else was found, or no run looked.
      </Text>
      <Button
        variant="default"
        w="fit-content"
        leftSection={<IconTable size={16} />}
        aria-expanded={isTable}
        onClick={() => setTable(!isTable)}
      >
        {isTable ? 'Hide the numbers' : 'Show the numbers'}
      </Button>
      {isTable && <Numbers observations={observations} />}
    </>
  );
}

function Numbers({ observations }: { readonly observations: readonly Observation[] }) {
  return (
    <DataTable
      label="Observations"
      columns={[
        { head: 'Observed' },
        { head: 'Rows, about', width: '30%', align: 'right' },
        { head: 'Size', width: '30%', align: 'right' },
      ]}
      minWidth={330}
      data-testid="observations-table"
    >
      <Table.Tbody>
        {observations.toReversed().map(({ at, rowCountEstimate, sizeBytes }) => (
          <Table.Tr key={at}>
            <Table.Td>
              <time dateTime={at} title={exactTime(at)}>
                {dayAndTime(at)}
              </time>
            </Table.Td>
            <Table.Td ta="right">{rowCountEstimate === null ? 'unknown' : count(rowCountEstimate)}</Table.Td>
            <Table.Td ta="right">{sizeBytes === null ? 'unknown' : byteSize(sizeBytes)}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </DataTable>
  );
}
