import { Anchor, Button, Stack, Text, VisuallyHidden } from '@mantine/core';
import { useState } from 'react';
import { Link } from 'react-router';
import { count } from '@/lib/numbers';
import type { RenameFragment } from './rename-suggestions.generated';
import classes from './rename-suggestions.module.css';

const FIRST = 5;

/** What may have been renamed: it went, and something much like it came. */
export function RenameSuggestions({ suggestions }: { readonly suggestions: readonly RenameFragment[] }) {
  const [isWhole, setWhole] = useState(false);
  const shown = isWhole ? suggestions : suggestions.slice(0, FIRST);
  return (
    <Stack gap={8} align="flex-start" data-testid="rename-suggestions">
      <Text size="sm" c="dimmed">
        One went and one much like it came. These are guesses: the catalog treats them as a removal and an
        addition.
      </Text>
      <ul className={classes.list}>
        {shown.map((rename) => (
          <li
            key={`${rename.kind} ${rename.datasetId} ${rename.before}`}
            className={classes.rename}
            data-kind={rename.kind}
          >
            <Names rename={rename} />
            <span className={classes.more}>{Math.round(rename.similarity * 100)} % alike</span>
          </li>
        ))}
      </ul>
      {suggestions.length > FIRST && (
        <Button size="compact-xs" variant="subtle" aria-expanded={isWhole} onClick={() => setWhole(!isWhole)}>
          {isWhole ? 'Show fewer' : `Show all ${count(suggestions.length)}`}
        </Button>
      )}
    </Stack>
  );
}

function Names({ rename }: { readonly rename: RenameFragment }) {
  const { kind, datasetId, toDatasetId, before, after, dataset } = rename;
  if (kind === 'DATASET') {
    return (
      <>
        <DatasetLink id={datasetId} name={before} />
        <Arrow />
        <DatasetLink id={toDatasetId} name={after} />
      </>
    );
  }
  return (
    <>
      <bdi className={classes.name}>{before}</bdi>
      <Arrow />
      <bdi className={classes.name}>{after}</bdi>
      <span>
        in <DatasetLink id={datasetId} name={dataset.displayName} />
      </span>
    </>
  );
}

function DatasetLink({ id, name }: { readonly id: string; readonly name: string }) {
  return (
    <Anchor component={Link} to={`/catalog/${id}`} className={classes.name} underline="always">
      <bdi>{name}</bdi>
    </Anchor>
  );
}

function Arrow() {
  return (
    <span>
      <span aria-hidden>→</span>
      <VisuallyHidden>may be called now</VisuallyHidden>
    </span>
  );
}
