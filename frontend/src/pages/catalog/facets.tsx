import { Button, Skeleton, UnstyledButton, VisuallyHidden } from '@mantine/core';
import { useId, useState } from 'react';
import { DATASET_KINDS, type DatasetKind, KIND_LOOKS } from '@/components/dataset-kind';
import { Truncate } from '@/components/truncate';
import { compactCount, count, counted } from '@/lib/numbers';
import type { CatalogFacetsQuery } from './catalog.generated';
import classes from './facets.module.css';
import type { CatalogFilters } from './filters';

type Found = NonNullable<CatalogFacetsQuery['catalogDatasetConnection']['facets']>;
type Value = Found['kinds'][number];

const FIRST = 7;

interface FacetsProps {
  readonly facets: Found;
  readonly filters: CatalogFilters;
  readonly onChange: (changes: Partial<CatalogFilters>) => void;
}

/** What the list can be narrowed to, with how many datasets there are of each. */
export function Facets({ facets, filters, onChange }: FacetsProps) {
  const { kind, endpoint, schema, label } = filters;
  const kinds = facets.kinds.map((one) => ({ ...one, label: kindLabel(one) }));
  return (
    <div className={classes.facets} data-testid="facets">
      <Facet
        name="Kind"
        values={kinds}
        chosen={kind === null ? [] : [kind]}
        onToggle={(value, isOn) => onChange({ kind: isOn ? (kindOf(value) ?? null) : null })}
      />
      <Facet
        name="Endpoint"
        values={facets.endpoints}
        chosen={endpoint === '' ? [] : [endpoint]}
        onToggle={(value, isOn) => onChange({ endpoint: isOn ? value : '' })}
      />
      <Facet
        name="Schema"
        values={facets.schemas}
        chosen={schema === '' ? [] : [schema]}
        onToggle={(value, isOn) => onChange({ schema: isOn ? value : '' })}
      />
      <Facet
        name="Label"
        values={facets.labels}
        chosen={label}
        onToggle={(value, isOn) =>
          onChange({ label: isOn ? [...label, value] : label.filter((one) => one !== value) })
        }
      />
    </div>
  );
}

interface FacetProps {
  readonly name: string;
  readonly values: readonly Value[];
  readonly chosen: readonly string[];
  readonly onToggle: (value: string, isOn: boolean) => void;
}

function Facet({ name, values, chosen, onToggle }: FacetProps) {
  const [isWhole, setWhole] = useState(false);
  const headingId = useId();
  const listed = withChosen(values, chosen);
  if (listed.length === 0) return null;
  // what is chosen stays in view, however rare it is
  const shown = listed.filter(({ value }, index) => isWhole || index < FIRST || chosen.includes(value));
  return (
    <section aria-labelledby={headingId}>
      <h2 className={classes.heading} id={headingId}>
        {name}
      </h2>
      <ul className={classes.values}>
        {shown.map(({ value, label, count: datasets }) => (
          <li key={value}>
            <UnstyledButton
              className={classes.value}
              aria-pressed={chosen.includes(value)}
              onClick={() => onToggle(value, !chosen.includes(value))}
              data-testid="facet-value"
              data-facet={name}
              data-value={value}
            >
              <span className={classes.name}>
                <VisuallyHidden>{name} </VisuallyHidden>
                <Truncate>{label}</Truncate>
              </span>
              <span className={classes.count} title={counted(datasets, 'dataset')}>
                {compactCount(datasets)}
                <VisuallyHidden> {datasets === 1 ? 'dataset' : 'datasets'}</VisuallyHidden>
              </span>
            </UnstyledButton>
          </li>
        ))}
      </ul>
      {listed.length > FIRST && (
        <Button
          size="compact-xs"
          variant="subtle"
          mt={2}
          aria-expanded={isWhole}
          aria-label={isWhole ? `Show fewer of ${name}` : `Show all ${count(listed.length)} of ${name}`}
          onClick={() => setWhole(!isWhole)}
        >
          {isWhole ? 'Show fewer' : `Show all ${count(listed.length)}`}
        </Button>
      )}
    </section>
  );
}

/** The facets' outline, so that nothing shifts when they come. */
export function FacetPlaceholders() {
  return (
    <div className={classes.facets} aria-hidden>
      {[3, 4, 4].map((rows, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: they never change
        <Skeleton key={index} h={22 + rows * 29} radius="sm" />
      ))}
    </div>
  );
}

/** A link may hold what no dataset has any more: that is listed nevertheless. */
function withChosen(values: readonly Value[], chosen: readonly string[]): readonly Value[] {
  const missing = chosen.filter((one) => !values.some(({ value }) => value === one));
  return [...values, ...missing.map((value) => ({ value, label: value, count: 0 }))];
}

function kindOf(value: string): DatasetKind | undefined {
  return DATASET_KINDS.find((one) => one === value);
}

function kindLabel({ value, label }: Value): string {
  const kind = kindOf(value);
  return kind === undefined ? label : KIND_LOOKS[kind].label;
}
