import { Table } from '@mantine/core';
import { useState } from 'react';
import { useLive } from '@/api/use-live';
import { DataTable, type TableColumn } from '@/components/data-table';
import { EmptyState } from '@/components/empty-state';
import { FilterBar } from '@/components/filter-bar';
import { IconPlus } from '@/components/icons';
import { PageHeader } from '@/components/page-header';
import { PagedList, RowPlaceholders } from '@/components/paged-list';
import { RoleButton } from '@/components/role-button';
import { SearchField } from '@/components/search-field';
import { isActive } from '@/components/status';
import { text, texts, useUrlState } from '@/lib/url-state';
import { CollectionRow } from './collection-row';
import { type CollectionRowFragment, CollectionsDocument } from './collections.generated';
import { DeleteCollection } from './delete-collection';
import { ScheduleEditor } from './schedule-editor';

const PAGE = 10;
// a full page of them is as high as a full page of collections: the runs below stay where they are
const PLACEHOLDER_HEIGHT = 38;
const FIELDS = { search: text(), page: texts() };
const COLUMNS: readonly TableColumn[] = [
  { head: 'Endpoint' },
  { head: 'Schedule', width: '23%', visibleFrom: 'md' },
  { head: 'Enabled', width: 86, visibleFrom: 'md' },
  { head: 'State', width: 110, visibleFrom: 'md' },
  { head: 'Last run', width: 230, visibleFrom: 'md' },
  { head: 'Next run', width: 104, visibleFrom: 'md' },
  { head: 'Actions', width: 164, isHeadHidden: true },
];

type Dialog =
  | { readonly kind: 'create' }
  | { readonly kind: 'edit' | 'delete'; readonly collection: CollectionRowFragment };

/** The page's heading and its collections. */
export function CollectionsSection() {
  const [{ search, page: trail }, change, reset] = useUrlState(FIELDS);
  const [dialog, setDialog] = useState<Dialog | null>(null);
  const live = useLive(
    CollectionsDocument,
    { search: search || null, first: PAGE, after: trail.at(-1) ?? null },
    { active: ({ collectionsConnection }) => collectionsConnection.nodes.some(isUnderWay) },
  );
  const create = (
    <RoleButton
      role="EDITOR"
      leftSection={<IconPlus size={16} />}
      onClick={() => setDialog({ kind: 'create' })}
    >
      New collection
    </RoleButton>
  );
  const close = () => setDialog(null);
  return (
    <>
      <PageHeader title="Collections" description="What is collected, and when." actions={create} />
      <FilterBar label="Filters of the collections" onReset={null}>
        <SearchField
          value={search}
          onChange={(next) => change({ search: next, page: [] }, { push: false })}
          placeholder="Endpoint name"
        />
      </FilterBar>
      <PagedList
        live={live}
        pageOf={(data) => data.collectionsConnection}
        pageSize={PAGE}
        noun="collection"
        trail={trail}
        onTrail={(next) => change({ page: next })}
        onReset={search === '' ? null : reset}
        loading={<RowPlaceholders height={PLACEHOLDER_HEIGHT} />}
        nothingYet={
          <EmptyState title="No collections yet" action={create}>
            Registering an endpoint makes one for it.
          </EmptyState>
        }
      >
        {(collections) => (
          <DataTable
            label="Collections"
            columns={COLUMNS}
            minWidth={1120}
            minWidthNarrow={330}
            data-testid="collections-table"
          >
            <Table.Tbody>
              {collections.map((collection) => (
                <CollectionRow
                  key={collection.id}
                  collection={collection}
                  onEdit={() => setDialog({ kind: 'edit', collection })}
                  onDelete={() => setDialog({ kind: 'delete', collection })}
                />
              ))}
            </Table.Tbody>
          </DataTable>
        )}
      </PagedList>
      {dialog?.kind === 'create' && (
        <ScheduleEditor collection={null} onClose={close} onSaved={live.refetch} />
      )}
      {dialog?.kind === 'edit' && (
        <ScheduleEditor collection={dialog.collection} onClose={close} onSaved={live.refetch} />
      )}
      {dialog?.kind === 'delete' && (
        <DeleteCollection collection={dialog.collection} onClose={close} onDeleted={live.refetch} />
      )}
    </>
  );
}

/** Whether something about the collection is about to change by itself. */
function isUnderWay({ activeRun, lastRun, scheduleState }: CollectionRowFragment): boolean {
  return activeRun !== null || scheduleState === 'PENDING' || (lastRun !== null && isActive(lastRun.status));
}
