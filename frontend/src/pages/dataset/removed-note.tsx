import { Alert } from '@mantine/core';
import { IconTrash } from '@/components/icons';
import { RelativeTime } from '@/components/relative-time';
import type { Dataset } from './dataset';

/** Says of a dataset that it is gone, and why what is known of it still stands here. */
export function RemovedNote({ dataset }: { readonly dataset: Dataset }) {
  const { removedAt, sourceEndpoint } = dataset;
  if (removedAt === null && !sourceEndpoint.isDeleted) return null;
  return (
    <Alert
      color="gray"
      variant="light"
      icon={<IconTrash size={18} />}
      title={removedAt !== null ? 'Removed from its source' : 'Its endpoint was deleted'}
      data-testid="dataset-removed"
    >
      {removedAt !== null && (
        <>
          A run found it gone <RelativeTime at={removedAt} />.{' '}
        </>
      )}
      What stands here is how it was last seen.
    </Alert>
  );
}
