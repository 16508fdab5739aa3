import { Button, Stack, Text } from '@mantine/core';
import { useLive } from '@/api/use-live';
import { AsOfBanner } from '@/components/as-of-picker';
import { EmptyState } from '@/components/empty-state';
import { QueryState } from '@/components/query-state';
import { RelativeTime } from '@/components/relative-time';
import type { Address, ChangeAddress } from './address';
import type { Dataset } from './dataset';
import { DatasetDocument } from './dataset.generated';
import { Described } from './described';
import { RemovedNote } from './removed-note';

// the past does not change; what is known of it hardly ever does
const SELDOM_MS = 300_000;

interface AsItStoodProps {
  readonly present: Dataset;
  /** ISO 8601. */
  readonly moment: string;
  readonly address: Address;
  readonly change: ChangeAddress;
  readonly loading: React.ReactNode;
}

/** The dataset as the catalog had it at a moment, or that it had none of it. */
export function AsItStood({ present, moment, address, change, loading }: AsItStoodProps) {
  const live = useLive(DatasetDocument, { id: present.id, asOf: moment }, { idleMs: SELDOM_MS });
  const toNow = () => change({ asOf: null });
  if (live.error?.code === 'E_DATASET_NOT_FOUND') {
    return (
      <Stack gap="md">
        <AsOfBanner moment={moment} onNow={toNow}>
          The catalog did not hold this dataset then.
        </AsOfBanner>
        <Unknown present={present} moment={moment} onMoment={(asOf) => change({ asOf })} />
      </Stack>
    );
  }
  return (
    <Stack gap="md">
      <AsOfBanner moment={moment} onNow={toNow}>
        {live.data?.metadataDataset && whichVersion(live.data.metadataDataset, present)}
      </AsOfBanner>
      <QueryState live={live} loading={loading}>
        {({ metadataDataset }) =>
          metadataDataset && (
            <Stack gap="md">
              {metadataDataset.description && (
                <Text c="dimmed" size="sm">
                  <bdi>{metadataDataset.description}</bdi>
                </Text>
              )}
              <RemovedNote dataset={metadataDataset} />
              <Described dataset={metadataDataset} address={address} change={change} isPast />
            </Stack>
          )
        }
      </QueryState>
    </Stack>
  );
}

function whichVersion({ version }: Dataset, present: Dataset): string {
  return version === present.version
    ? `Version ${version}: it has not changed since.`
    : `Version ${version}; today it is version ${present.version}.`;
}

interface UnknownProps {
  readonly present: Dataset;
  readonly moment: string;
  readonly onMoment: (moment: string) => void;
}

/** Why nothing is known of that moment, and where it begins. */
function Unknown({ present, moment, onMoment }: UnknownProps) {
  const { firstSeenAt, sourceEndpoint } = present;
  if (Date.parse(moment) >= Date.parse(firstSeenAt)) {
    return (
      <EmptyState title="Nothing is known of that moment">
        {sourceEndpoint.isDeleted
          ? 'Its endpoint had been deleted by then.'
          : 'The catalog holds no version of it for that moment.'}
      </EmptyState>
    );
  }
  return (
    <EmptyState
      title="Not known yet at that moment"
      action={
        <Button variant="default" onClick={() => onMoment(firstSeenAt)}>
          Show how it was first seen
        </Button>
      }
    >
      It was first seen <RelativeTime at={firstSeenAt} />. Whether it was in its source before that, nobody
      looked.
    </EmptyState>
  );
}
