import { Skeleton, Stack } from '@mantine/core';
import { useParams } from 'react-router';
import { useLive } from '@/api/use-live';
import { PageHeader } from '@/components/page-header';
import { QueryState } from '@/components/query-state';
import { useUrlState } from '@/lib/url-state';
import { FIELDS } from './address';
import { AsItStood } from './as-it-stood';
import { DatasetDocument } from './dataset.generated';
import { Described } from './described';
import { MomentPicker } from './moment-picker';
import { RemovedNote } from './removed-note';

const CATALOG = { to: '/catalog', label: 'Catalog' };

export default function DatasetPage() {
  const { id = '' } = useParams();
  const [address, change] = useUrlState(FIELDS);
  const { asOf } = address;
  const live = useLive(DatasetDocument, { id, asOf: null });
  const dataset = live.data?.metadataDataset;
  return (
    <>
      <PageHeader
        title={dataset?.displayName ?? 'Dataset'}
        parent={asOf === null ? CATALOG : { ...CATALOG, to: `/catalog?asOf=${encodeURIComponent(asOf)}` }}
        description={asOf === null && dataset?.description && <bdi>{dataset.description}</bdi>}
        actions={
          dataset && (
            <MomentPicker datasetId={id} value={asOf} onChange={(moment) => change({ asOf: moment })} />
          )
        }
      />
      <QueryState live={live} loading={<Outline />}>
        {({ metadataDataset }) =>
          metadataDataset &&
          (asOf === null ? (
            <Stack gap="md">
              <RemovedNote dataset={metadataDataset} />
              <Described dataset={metadataDataset} address={address} change={change} />
            </Stack>
          ) : (
            <AsItStood
              present={metadataDataset}
              moment={asOf}
              address={address}
              change={change}
              loading={<Outline />}
            />
          ))
        }
      </QueryState>
    </>
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
