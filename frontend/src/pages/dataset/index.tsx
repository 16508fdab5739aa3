import { Skeleton, Stack, Tabs, Text } from '@mantine/core';
import { useParams } from 'react-router';
import { useLive } from '@/api/use-live';
import { PageHeader } from '@/components/page-header';
import { QueryState } from '@/components/query-state';
import { count } from '@/lib/numbers';
import { oneOf, text, texts, useUrlState } from '@/lib/url-state';
import { ChangeList } from './change-list';
import { ColumnsPanel } from './columns-panel';
import type { Dataset } from './dataset';
import { DatasetDocument } from './dataset.generated';
import { DefinitionPanel } from './definition-panel';
import { Facts } from './facts';
import { KeysPanel } from './keys-panel';
import { RemovedNote } from './removed-note';

const TABS = ['columns', 'keys', 'definition', 'changes'] as const;
const FIELDS = { tab: oneOf(TABS, 'columns'), column: text(), trail: texts() };
const CATALOG = { to: '/catalog', label: 'Catalog' };

export default function DatasetPage() {
  const { id = '' } = useParams();
  const live = useLive(DatasetDocument, { id });
  const dataset = live.data?.metadataDataset;
  return (
    <>
      <PageHeader
        title={dataset?.displayName ?? 'Dataset'}
        parent={CATALOG}
        description={dataset?.description && <bdi>{dataset.description}</bdi>}
      />
      <QueryState live={live} loading={<Outline />}>
        {({ metadataDataset }) => metadataDataset && <Described dataset={metadataDataset} />}
      </QueryState>
    </>
  );
}

function Described({ dataset }: { readonly dataset: Dataset }) {
  const [{ tab, column, trail }, change] = useUrlState(FIELDS);
  const { id, fields, definition, foreignKeys, indexes, primaryKey } = dataset;
  const keys = foreignKeys.length + indexes.length + (primaryKey.length > 0 ? 1 : 0);
  const shown = tab === 'definition' && definition === null ? 'columns' : tab;
  return (
    <Stack gap="md">
      <RemovedNote dataset={dataset} />
      <Facts dataset={dataset} />
      <Tabs
        value={shown}
        onChange={(next) => change({ tab: TABS.find((one) => one === next) ?? 'columns' })}
        keepMounted={false}
      >
        <Tabs.List>
          <Tabs.Tab value="columns" rightSection={<Count value={fields.length} />}>
            Columns
          </Tabs.Tab>
          <Tabs.Tab value="keys" rightSection={<Count value={keys} />}>
            Keys and indexes
          </Tabs.Tab>
          {definition !== null && <Tabs.Tab value="definition">Definition</Tabs.Tab>}
          <Tabs.Tab value="changes">Changes</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="columns" pt="md">
          <ColumnsPanel
            dataset={dataset}
            search={column}
            onSearch={(wanted) => change({ column: wanted }, { push: false })}
          />
        </Tabs.Panel>
        <Tabs.Panel value="keys" pt="md">
          <KeysPanel dataset={dataset} />
        </Tabs.Panel>
        {definition !== null && (
          <Tabs.Panel value="definition" pt="md">
            <DefinitionPanel definition={definition} />
          </Tabs.Panel>
        )}
        <Tabs.Panel value="changes" pt="md">
          <ChangeList datasetId={id} trail={trail} onTrail={(next) => change({ trail: next })} />
        </Tabs.Panel>
      </Tabs>
    </Stack>
  );
}

function Count({ value }: { readonly value: number }) {
  return (
    <Text span size="xs" c="dimmed">
      {count(value)}
    </Text>
  );
}

function Outline() {
  return (
    <Stack gap="md" aria-hidden>
      <Skeleton h={46} radius="sm" />
      <Skeleton h={36} radius="sm" />
      <Skeleton h={320} radius="sm" />
    </Stack>
  );
}
