import { Text } from '@mantine/core';
import { useAction } from '@/api/use-action';
import { ConfirmDialog } from '@/components/confirm-dialog';
import { type CollectionRowFragment, DeleteCollectionDocument } from './collections.generated';

interface DeleteCollectionProps {
  readonly collection: CollectionRowFragment;
  readonly onClose: () => void;
  readonly onDeleted: () => void;
}

/** Asks before a collection is deleted. */
export function DeleteCollection({ collection, onClose, onDeleted }: DeleteCollectionProps) {
  const { name } = collection.endpoint;
  const deletion = useAction(DeleteCollectionDocument, { success: `Collection of ${name} deleted` });
  const confirm = async () => {
    if ((await deletion.run({ id: collection.id })) === undefined) return;
    onDeleted();
    onClose();
  };
  return (
    <ConfirmDialog
      opened
      onClose={onClose}
      title="Delete this collection?"
      confirmLabel="Delete collection"
      onConfirm={() => void confirm()}
      busy={deletion.state === 'busy'}
      error={deletion.error}
      danger
    >
      <Text size="sm">
        <strong>
          <bdi>{name}</bdi>
        </strong>{' '}
        is no longer collected
        {collection.scheduleCron === null ? '' : ', its schedule ends'}
        {collection.activeRun === null ? '' : ', the run that is under way is canceled'}. Past runs stay in
        the history, and its datasets stay in the catalog as they are.
      </Text>
    </ConfirmDialog>
  );
}
