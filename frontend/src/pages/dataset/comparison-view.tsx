import { ActionIcon, Button, Group, Select, Stack, Text } from '@mantine/core';
import { useMemo } from 'react';
import { useLive } from '@/api/use-live';
import { EmptyState } from '@/components/empty-state';
import { IconArrowLeft, IconChevronLeft, IconChevronRight } from '@/components/icons';
import { QueryState } from '@/components/query-state';
import { dayAndTime } from '@/lib/time';
import type { ChangeAddress } from './address';
import { ComparedColumns } from './compared-columns';
import { ComparedParts } from './compared-parts';
import { columnPairs, partDifferences } from './comparison';
import { ComparisonSummary } from './comparison-summary';
import classes from './comparison-view.module.css';
import type { Dataset, Version } from './dataset';
import { DatasetComparisonDocument } from './dataset.generated';
import { changesBetween, pairOf, type VersionPair } from './versions';

const SELDOM_MS = 300_000;

interface ComparisonViewProps {
  readonly datasetId: string;
  /** Newest first. */
  readonly versions: readonly Version[];
  /** The numbers in the address; no `to` is the newest. */
  readonly from: string;
  readonly to: string;
  readonly change: ChangeAddress;
}

/** Two versions of a dataset, side by side. */
export function ComparisonView({ datasetId, versions, from, to, change }: ComparisonViewProps) {
  const pair = pairOf(versions, from, to);
  const back = (
    <Button
      variant="subtle"
      size="compact-sm"
      ml={-8}
      leftSection={<IconArrowLeft size={15} />}
      onClick={() => change({ from: '', to: '' })}
    >
      All versions
    </Button>
  );
  if (pair === null) {
    return (
      <EmptyState title="No such version" action={back}>
        The newest {versions.length} versions are known; this link names another.
      </EmptyState>
    );
  }
  const { before, after } = pair;
  const newest = versions[0]?.version;
  const compare = (one: number, other: number) =>
    change({ from: String(one), to: to === '' && other === newest ? '' : String(other) }, { push: false });
  const step = stepsOf(versions, pair);
  return (
    <Stack gap="md" data-testid="comparison">
      <div className={classes.bar}>
        {back}
        <Group gap="xs" align="flex-end">
          <ActionIcon
            className={classes.step}
            variant="default"
            size="lg"
            aria-label="One version earlier"
            disabled={step.earlier === null}
            onClick={() => step.earlier && compare(...step.earlier)}
          >
            <IconChevronLeft size={17} />
          </ActionIcon>
          <VersionSelect
            label="From"
            versions={versions.filter(({ version }) => version < after.version)}
            value={before}
            onChange={(version) => compare(version, after.version)}
          />
          <VersionSelect
            label="To"
            versions={versions.filter(({ version }) => version > before.version)}
            value={after}
            onChange={(version) => compare(before.version, version)}
          />
          <ActionIcon
            className={classes.step}
            variant="default"
            size="lg"
            aria-label="One version later"
            disabled={step.later === null}
            onClick={() => step.later && compare(...step.later)}
          >
            <IconChevronRight size={17} />
          </ActionIcon>
        </Group>
      </div>
      <Compared datasetId={datasetId} versions={versions} pair={pair} />
    </Stack>
  );
}

/** The pairs of neighbours next to a pair, each as the numbers of its two; null where there is none. */
function stepsOf(versions: readonly Version[], { before, after }: VersionPair) {
  const numbers = versions.map(({ version }) => version);
  const start = numbers.indexOf(before.version);
  const end = numbers.indexOf(after.version);
  const pair = (one: number | undefined, other: number | undefined): [number, number] | null =>
    one === undefined || other === undefined ? null : [one, other];
  return {
    earlier: pair(numbers[start + 1], numbers[start]),
    later: end === 0 ? null : pair(numbers[end], numbers[end - 1]),
  };
}

interface VersionSelectProps {
  readonly label: string;
  readonly versions: readonly Version[];
  readonly value: Version;
  readonly onChange: (version: number) => void;
}

function VersionSelect({ label, versions, value, onChange }: VersionSelectProps) {
  const offered = versions.some(({ version }) => version === value.version) ? versions : [value, ...versions];
  return (
    <Select
      className={classes.select}
      label={label}
      allowDeselect={false}
      data={offered.map((version) => ({ value: String(version.version), label: titleOf(version) }))}
      value={String(value.version)}
      onChange={(chosen) => chosen !== null && onChange(Number(chosen))}
    />
  );
}

/** “Version 3, Mon 2 Nov, 09:05”. */
function titleOf({ version, validFrom }: Version): string {
  return `Version ${version}, ${dayAndTime(validFrom)}`;
}

interface ComparedProps {
  readonly datasetId: string;
  readonly versions: readonly Version[];
  readonly pair: VersionPair;
}

function Compared({ datasetId, versions, pair }: ComparedProps) {
  const { before, after } = pair;
  const live = useLive(
    DatasetComparisonDocument,
    { id: datasetId, from: before.validFrom, to: after.validFrom },
    { idleMs: SELDOM_MS },
  );
  return (
    <QueryState live={live}>
      {({ before: was, after: is }) =>
        was && is && <Differences was={was} is={is} versions={versions} pair={pair} />
      }
    </QueryState>
  );
}

interface DifferencesProps {
  readonly was: Dataset;
  readonly is: Dataset;
  readonly versions: readonly Version[];
  readonly pair: VersionPair;
}

function Differences({ was, is, versions, pair }: DifferencesProps) {
  const columns = useMemo(
    () => columnPairs(was, is, changesBetween(versions, pair)),
    [was, is, versions, pair],
  );
  const parts = useMemo(() => partDifferences(was, is), [was, is]);
  const isDefinitionOther = was.definition !== is.definition;
  const areSame = parts.length === 0 && !isDefinitionOther && columns.every(({ kind }) => kind === 'same');
  const heads = [titleOf(pair.before), titleOf(pair.after)] as const;
  return (
    <Stack gap="md">
      <ComparisonSummary columns={columns} parts={parts} isDefinitionOther={isDefinitionOther} />
      {areSame && (
        <Text size="sm" c="dimmed">
          {pair.before === pair.after
            ? 'This is one and the same version.'
            : 'Nothing that is kept of it differs: it was gone in between, or changed back.'}
        </Text>
      )}
      <ComparedParts
        parts={parts}
        heads={heads}
        definitions={isDefinitionOther ? [was.definition ?? '', is.definition ?? ''] : null}
      />
      <ComparedColumns columns={columns} heads={heads} />
    </Stack>
  );
}
