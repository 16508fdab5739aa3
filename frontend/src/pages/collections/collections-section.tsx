import { Button, Skeleton, Stack, Table, VisuallyHidden } from '@mantine/core';
import { useState } from 'react';
import { useLive } from '@/api/use-live';
import { EmptyState } from '@/components/empty-state';
import { IconPlus } from '@/components/icons';
import { PageHeader } from '@/components/page-header';
import { Pager } from '@/components/pager';
import { QueryState } from '@/components/query-state';
import { RoleButton } from '@/components/role-button';
import { SearchField } from '@/components/search-field';
import { isActive } from '@/components/status';
import { text, texts, useUrlState } from '@/lib/url-state';
import { CollectionRow } from './collection-row';
import { type CollectionRowFragment, CollectionsDocument } from './collections.generated';
import classes from './collections.module.css';
import { DeleteCollection } from './delete-collection';
import { ScheduleEditor } from './schedule-editor';

const PAGE = 10;
const FIELDS = { search: text(), page: texts() };

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
      <div className={classes.filters}>
        <SearchField
          value={search}
          onChange={(next) => change({ search: next, page: [] }, { push: false })}
          placeholder="Endpoint name"
        />
      </div>
      <QueryState
        live={live}
        isEmpty={({ collectionsConnection }) => collectionsConnection.nodes.length === 0}
        empty={
          search === '' ? (
            <EmptyState title="No collections yet" action={create}>
              Registering an endpoint makes one for it.
            </EmptyState>
          ) : (
            <EmptyState
              title="No collections match"
              action={
                <Button variant="default" onClick={reset}>
                  Show all
                </Button>
              }
            />
          )
        }
        loading={<Rows count={PAGE} />}
      >
        {({ collectionsConnection: { nodes, ...found } }) => (
          <>
            <Table.ScrollContainer minWidth={1120}>
              <Table layout="fixed" data-testid="collections-table">
                <Table.Thead>
                  <Table.Tr>
                    <Table.Th>Endpoint</Table.Th>
                    <Table.Th w="25%">Schedule</Table.Th>
                    <Table.Th w={96}>Enabled</Table.Th>
                    <Table.Th w={120}>State</Table.Th>
                    <Table.Th w={215}>Last run</Table.Th>
                    <Table.Th w={120}>Next run</Table.Th>
                    <Table.Th w={156}>
                      <VisuallyHidden>Actions</VisuallyHidden>
                    </Table.Th>
                  </Table.Tr>
                </Table.Thead>
                <Table.Tbody>
                  {nodes.map((collection) => (
                    <CollectionRow
                      key={collection.id}
                      collection={collection}
                      onEdit={() => setDialog({ kind: 'edit', collection })}
                      onDelete={() => setDialog({ kind: 'delete', collection })}
                    />
                  ))}
                </Table.Tbody>
              </Table>
            </Table.ScrollContainer>
            <Pager
              {...found}
              trail={trail}
              onTrail={(next) => change({ page: next })}
              pageSize={PAGE}
              shown={nodes.length}
              noun="collections"
            />
          </>
        )}
      </QueryState>
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

/** Grey rows of the size of a table's. */
export function Rows({ count }: { readonly count: number }) {
  return (
    <Stack gap={10} aria-hidden>
      {Array.from({ length: count + 1 }, (_, index) => index).map((row) => (
        <Skeleton key={row} h={32} radius="sm" />
      ))}
    </Stack>
  );
}

/** Whether something about the collection is about to change by itself. */
function isUnderWay({ activeRun, lastRun, scheduleState }: CollectionRowFragment): boolean {
  return activeRun !== null || scheduleState === 'PENDING' || (lastRun !== null && isActive(lastRun.status));
}
