import { Button, Group, Modal, SimpleGrid, Stack, Text } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useState } from 'react';
import type { ApiError } from '@/api/errors';
import { useAction } from '@/api/use-action';
import { useLive } from '@/api/use-live';
import { EndpointSelect } from '@/components/endpoint-select';
import { ErrorNote } from '@/components/error-note';
import { viewerZone } from '@/lib/time';
import {
  type CollectionRowFragment,
  CreateCollectionDocument,
  SchedulePreviewDocument,
  UpdateCollectionDocument,
} from './collections.generated';
import { fieldError } from './field-errors';
import { PlanFields } from './plan-fields';
import { cronOf, NEW_PLAN, planOf } from './schedule';
import { SchedulePreview } from './schedule-preview';
import { ZoneSelect } from './zone-select';

const TYPING_MS = 300;
const CRON_FIELDS = ['cron', 'scheduleCron'];
const ZONE_FIELDS = ['timezone', 'scheduleTimezone'];
const ENDPOINT_FIELDS = ['endpointId'];

interface ScheduleEditorProps {
  /** The collection whose schedule is edited; null: a new one. */
  readonly collection: CollectionRowFragment | null;
  readonly onClose: () => void;
  readonly onSaved: () => void;
}

/** When a collection runs: in words or in cron, with what that comes to while it is typed. */
export function ScheduleEditor({ collection, onClose, onSaved }: ScheduleEditorProps) {
  const [endpointId, setEndpointId] = useState('');
  const [plan, setPlan] = useState(() => (collection === null ? NEW_PLAN : planOf(collection.scheduleCron)));
  const [timezone, setTimezone] = useState(() => zoneOf(collection));
  const cron = cronOf(plan);
  const { live, isCurrent } = usePreview(cron, timezone);
  const { save, isBusy, error } = useSaving(collection);

  const refusal = error ?? (isCurrent ? live.error : undefined);
  const cronError = fieldError(refusal, CRON_FIELDS);
  const zoneError = fieldError(refusal, ZONE_FIELDS);
  const endpointError = fieldError(error, ENDPOINT_FIELDS);
  const isPlaced = cronError !== null || zoneError !== null || endpointError !== null;
  const canSave =
    cron !== '' && (collection !== null || endpointId !== '') && !(isCurrent && live.error?.extra.fields);
  const submit = async (event: React.FormEvent) => {
    event.preventDefault();
    if (!canSave || !(await save({ endpointId, cron, timezone }))) return;
    onSaved();
    onClose();
  };
  return (
    <Modal
      opened
      onClose={onClose}
      size={860}
      title={collection === null ? 'New collection' : 'Edit schedule'}
    >
      <form onSubmit={(event) => void submit(event)} noValidate>
        <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="lg">
          <Stack gap="sm">
            {collection === null ? (
              <EndpointSelect
                placeholder="Search for an endpoint"
                value={endpointId}
                onChange={setEndpointId}
                whyNot={whyNotCollected}
                error={endpointError}
              />
            ) : (
              <Text size="sm">
                Collection of{' '}
                <strong>
                  <bdi>{collection.endpoint.name}</bdi>
                </strong>
              </Text>
            )}
            <PlanFields plan={plan} onChange={setPlan} error={cronError} />
            {cron !== null && <ZoneSelect value={timezone} onChange={setTimezone} error={zoneError} />}
          </Stack>
          <SchedulePreview
            live={live}
            timezone={timezone}
            idle={
              cron === null ? 'It runs when somebody triggers it, and only then.' : cron === '' ? '…' : null
            }
          />
        </SimpleGrid>
        {error !== undefined && !isPlaced && <ErrorNote error={error} />}
        <Group justify="flex-end" mt="md">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={isBusy} disabled={!canSave}>
            {collection === null ? 'Create' : 'Save'}
          </Button>
        </Group>
      </form>
    </Modal>
  );
}

type Candidate = Parameters<NonNullable<React.ComponentProps<typeof EndpointSelect>['whyNot']>>[0];

/** Why an endpoint cannot be given a collection; null when it can. */
function whyNotCollected({ isDeleted, capabilities, collections }: Candidate): string | null {
  if (isDeleted) return 'The endpoint has been deleted';
  if (collections.length > 0) return 'Has a collection already';
  return capabilities.includes('metadata') ? null : 'No connector collects its metadata';
}

function zoneOf(collection: CollectionRowFragment | null): string {
  const isScheduled = collection !== null && collection.scheduleCron !== null;
  return (isScheduled && collection.scheduleTimezone) || viewerZone();
}

/** The preview of what was last typed; `isCurrent` once that is what the fields say now. */
function usePreview(cron: string | null, timezone: string) {
  const [asked] = useDebouncedValue(`${timezone} ${cron ?? ''}`, TYPING_MS);
  const [zone = '', ...words] = asked.split(' ');
  const text = words.join(' ');
  const live = useLive(SchedulePreviewDocument, { cron: text, timezone: zone }, { enabled: text !== '' });
  return { live, isCurrent: text !== '' && text === cron && zone === timezone && !live.isStale };
}

interface Saved {
  readonly endpointId: string;
  readonly cron: string | null;
  readonly timezone: string;
}

interface Saving {
  readonly save: (values: Saved) => Promise<boolean>;
  readonly isBusy: boolean;
  readonly error: ApiError | undefined;
}

/** Creates the collection, or changes the schedule of the one there is. */
function useSaving(collection: CollectionRowFragment | null): Saving {
  const creation = useAction(CreateCollectionDocument, {
    success: ({ createCollection }) => `Collection of ${createCollection.endpoint.name} created`,
  });
  const update = useAction(UpdateCollectionDocument, {
    success: ({ updateCollection }) => `Schedule of ${updateCollection.endpoint.name} saved`,
  });
  const save = async ({ endpointId, cron, timezone }: Saved) => {
    const schedule = { scheduleCron: cron, ...(cron !== null && { scheduleTimezone: timezone }) };
    const answer =
      collection === null
        ? await creation.run({ input: { endpointId, ...schedule } })
        : await update.run({ id: collection.id, input: schedule });
    return answer !== undefined;
  };
  const { state, error } = collection === null ? creation : update;
  return { save, isBusy: state === 'busy', error };
}
