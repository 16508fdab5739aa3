import { Stack, Tabs, Text } from '@mantine/core';
import { count } from '@/lib/numbers';
import { type Address, type ChangeAddress, TABS } from './address';
import { ChangeList } from './change-list';
import { ColumnsPanel } from './columns-panel';
import type { Dataset } from './dataset';
import { DefinitionPanel } from './definition-panel';
import { Facts } from './facts';
import { GrowthPanel } from './growth-panel';
import { KeysPanel } from './keys-panel';
import { LineagePanel } from './lineage-panel';
import { VersionsPanel } from './versions-panel';

interface DescribedProps {
  readonly dataset: Dataset;
  readonly address: Address;
  readonly change: ChangeAddress;
  /** Whether it is as it stood at `address.asOf`. */
  readonly isPast?: boolean;
}

/** What there is to say of a dataset: facts, then the parts under tabs. */
export function Described({ dataset, address, change, isPast = false }: DescribedProps) {
  const { tab, column, trail, asOf } = address;
  const { id, fields, definition, foreignKeys, indexes, primaryKey } = dataset;
  const keys = foreignKeys.length + indexes.length + (primaryKey.length > 0 ? 1 : 0);
  const shown = tab === 'definition' && definition === null ? 'columns' : tab;
  return (
    <Stack gap="md">
      <Facts dataset={dataset} isPast={isPast} />
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
          <Tabs.Tab value="lineage">Lineage</Tabs.Tab>
          <Tabs.Tab value="versions" rightSection={!isPast && <Count value={dataset.version} />}>
            Versions
          </Tabs.Tab>
          <Tabs.Tab value="growth">Growth</Tabs.Tab>
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
        <Tabs.Panel value="lineage" pt="md">
          <LineagePanel dataset={dataset} address={address} change={change} />
        </Tabs.Panel>
        <Tabs.Panel value="versions" pt="md">
          <VersionsPanel dataset={dataset} address={address} change={change} />
        </Tabs.Panel>
        <Tabs.Panel value="growth" pt="md">
          <GrowthPanel dataset={dataset} address={address} change={change} />
        </Tabs.Panel>
        <Tabs.Panel value="changes" pt="md">
          <ChangeList datasetId={id} upTo={asOf} trail={trail} onTrail={(next) => change({ trail: next })} />
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
