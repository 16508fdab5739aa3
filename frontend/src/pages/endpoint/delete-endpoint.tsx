import { List } from '@mantine/core';
import { useState } from 'react';
import { useNavigate } from 'react-router';
import { useAction } from '@/api/use-action';
import { ConfirmDialog } from '@/components/confirm-dialog';
import { IconTrash } from '@/components/icons';
import { RoleButton } from '@/components/role-button';
import { counted } from '@/lib/numbers';
import { DeleteEndpointDocument } from './endpoint.generated';
import type { ShownEndpoint } from './types';

/** Deletes an endpoint, after saying what that means. */
export function DeleteEndpoint({ endpoint }: { readonly endpoint: ShownEndpoint }) {
  const navigate = useNavigate();
  const [isAsking, setAsking] = useState(false);
  const removal = useAction(DeleteEndpointDocument, { success: `${endpoint.name} deleted` });
  const [collection] = endpoint.collections;
  const remove = async () => {
    if ((await removal.run({ id: endpoint.id })) !== undefined) navigate('/endpoints');
  };
  return (
    <>
      <RoleButton
        role="EDITOR"
        variant="default"
        leftSection={<IconTrash size={16} />}
        onClick={() => {
          removal.reset();
          setAsking(true);
        }}
      >
        Delete
      </RoleButton>
      <ConfirmDialog
        opened={isAsking}
        onClose={() => setAsking(false)}
        title={`Delete ${endpoint.name}?`}
        confirmLabel="Delete endpoint"
        onConfirm={() => void remove()}
        busy={removal.state === 'busy'}
        error={removal.error}
        danger
      >
        <List size="sm" spacing={4}>
          <List.Item>
            {endpoint.datasetCount === 0
              ? 'The endpoint is hidden; it has no datasets.'
              : `The endpoint and its ${counted(endpoint.datasetCount, 'dataset')} are hidden from the catalog.`}
          </List.Item>
          <List.Item>
            {collection?.scheduleDescription
              ? `Its schedule is removed: ${collection.scheduleDescription}.`
              : 'Its collection is removed; it has no schedule.'}
          </List.Item>
          {collection?.activeRun && <List.Item>The run that is under way is canceled.</List.Item>}
          <List.Item>Its runs are kept in the history.</List.Item>
        </List>
      </ConfirmDialog>
    </>
  );
}
