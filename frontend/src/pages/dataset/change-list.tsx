import { useLive } from '@/api/use-live';
import { ChangesTable } from '@/components/catalog-change';
import { EmptyState } from '@/components/empty-state';
import { PagedList } from '@/components/paged-list';
import { DatasetChangesDocument } from './dataset.generated';

const PAGE_SIZE = 25;

interface ChangeListProps {
  readonly datasetId: string;
  /** ISO 8601: nothing later; null: up to now. */
  readonly upTo: string | null;
  readonly trail: readonly string[];
  readonly onTrail: (trail: readonly string[]) => void;
}

/** What runs found changed of one dataset, newest first. */
export function ChangeList({ datasetId, upTo, trail, onTrail }: ChangeListProps) {
  const live = useLive(DatasetChangesDocument, { datasetId, to: upTo, after: trail.at(-1) ?? null });
  return (
    <PagedList
      live={live}
      pageOf={(data) => data.catalogChanges}
      pageSize={PAGE_SIZE}
      noun="change"
      trail={trail}
      onTrail={onTrail}
      nothingYet={
        <EmptyState title="No changes yet">Every run compares it with how it was before.</EmptyState>
      }
    >
      {(changes) => <ChangesTable changes={changes} />}
    </PagedList>
  );
}
