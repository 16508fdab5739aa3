import { Button, Group, Text } from '@mantine/core';
import { useState } from 'react';
import { useLive } from '@/api/use-live';
import { QueryState } from '@/components/query-state';
import { counted } from '@/lib/numbers';
import type { Address, ChangeAddress } from './address';
import { ComparisonView } from './comparison-view';
import type { Dataset, Version } from './dataset';
import { DatasetVersionsDocument } from './dataset.generated';
import { VersionRow } from './version-row';
import { FEW_VERSIONS, MOST_VERSIONS, picking } from './versions';
import classes from './versions-panel.module.css';

interface VersionsPanelProps {
  readonly dataset: Dataset;
  readonly address: Address;
  readonly change: ChangeAddress;
}

/** The versions of a dataset, newest first, or two of them compared. */
export function VersionsPanel({ dataset, address, change }: VersionsPanelProps) {
  const { from, to, asOf } = address;
  const [wantsAll, setWantsAll] = useState(false);
  const first = wantsAll || from !== '' ? MOST_VERSIONS : FEW_VERSIONS;
  const live = useLive(DatasetVersionsDocument, { id: dataset.id, first });
  return (
    <QueryState live={live}>
      {({ metadataDataset }) => {
        if (metadataDataset === null) return null;
        const { versions } = metadataDataset;
        return from === '' ? (
          <>
            <VersionList
              versions={versions}
              shown={asOf === null ? null : dataset.version}
              onCompare={(one, other) =>
                change({ from: String(one), to: other === null ? '' : String(other) })
              }
              onMoment={(moment) => change({ asOf: moment, tab: 'columns' })}
            />
            {versions.length >= FEW_VERSIONS && !wantsAll && (
              <Button variant="default" mt="md" onClick={() => setWantsAll(true)}>
                Show older versions
              </Button>
            )}
            {versions.length >= MOST_VERSIONS && (
              <Text c="dimmed" size="sm" mt="md">
                The newest {MOST_VERSIONS} are listed. What changed before is under “Changes”.
              </Text>
            )}
          </>
        ) : (
          <ComparisonView datasetId={dataset.id} versions={versions} from={from} to={to} change={change} />
        );
      }}
    </QueryState>
  );
}

interface VersionListProps {
  readonly versions: readonly Version[];
  /** The number of the one that the page shows; null: the newest, as always. */
  readonly shown: number | null;
  /** `other` null is the newest, whichever that will be. */
  readonly onCompare: (one: number, other: number | null) => void;
  readonly onMoment: (moment: string) => void;
}

function VersionList({ versions, shown, onCompare, onMoment }: VersionListProps) {
  const [picked, setPicked] = useState<readonly number[]>([]);
  const [low, high] = [...picked].sort((one, other) => one - other);
  return (
    <>
      {versions.length > 1 && (
        <div className={classes.bar}>
          <Text size="sm" c="dimmed" aria-live="polite">
            {picked.length === 2
              ? `Versions ${low} and ${high} are picked.`
              : `Pick two of ${counted(versions.length, 'version')} to compare them.`}
          </Text>
          <Group gap="xs" wrap="nowrap">
            {picked.length > 0 && (
              <Button variant="subtle" size="compact-sm" onClick={() => setPicked([])}>
                Clear
              </Button>
            )}
            <Button
              size="compact-md"
              aria-disabled={picked.length < 2 || undefined}
              data-disabled={picked.length < 2 || undefined}
              onClick={() => low !== undefined && high !== undefined && onCompare(low, high)}
            >
              Compare
            </Button>
          </Group>
        </div>
      )}
      <ol className={classes.list} aria-label="Versions" data-testid="versions">
        {versions.map((version, index) => (
          <VersionRow
            key={version.version}
            version={version}
            older={versions[index + 1] ?? null}
            isNewest={index === 0}
            isShown={version.version === shown}
            isPicked={picked.includes(version.version)}
            onPick={versions.length > 1 ? () => setPicked(picking(picked, version.version)) : null}
            onCompare={onCompare}
            onMoment={onMoment}
          />
        ))}
      </ol>
    </>
  );
}
