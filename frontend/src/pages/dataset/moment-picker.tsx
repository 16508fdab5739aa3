import { useState } from 'react';
import { useLive } from '@/api/use-live';
import { AsOfPicker } from '@/components/as-of-picker';
import { DatasetVersionsDocument } from './dataset.generated';
import { FEW_VERSIONS } from './versions';

interface MomentPickerProps {
  readonly datasetId: string;
  readonly value: string | null;
  readonly onChange: (moment: string | null) => void;
}

/** Which moment to look at a dataset at; the beginnings of its versions are offered. */
export function MomentPicker({ datasetId, value, onChange }: MomentPickerProps) {
  const [isWanted, setWanted] = useState(false);
  const live = useLive(
    DatasetVersionsDocument,
    { id: datasetId, first: FEW_VERSIONS },
    { enabled: isWanted },
  );
  const versions = live.data?.metadataDataset?.versions ?? [];
  const picks = versions.map(({ version, validFrom }) => ({
    label: `Version ${version} began`,
    at: validFrom,
  }));
  return <AsOfPicker value={value} onChange={onChange} picks={picks} onOpen={() => setWanted(true)} />;
}
