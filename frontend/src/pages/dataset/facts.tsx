import { Anchor, Badge, Group } from '@mantine/core';
import { Link } from 'react-router';
import { DatasetKindLabel } from '@/components/dataset-kind';
import { RelativeTime } from '@/components/relative-time';
import { StatusChip } from '@/components/status';
import { Truncate } from '@/components/truncate';
import { byteSize, count } from '@/lib/numbers';
import type { Dataset } from './dataset';
import classes from './facts.module.css';

interface FactsProps {
  readonly dataset: Dataset;
  /** Whether it is as it stood once: then nobody knows when a run last confirmed it. */
  readonly isPast: boolean;
}

/** What there is to say of a dataset as a whole. */
export function Facts({ dataset, isPast }: FactsProps) {
  const { kind, sourceEndpoint, database, rowCountEstimate, sizeBytes, labels, lastCollectionRun } = dataset;
  return (
    <dl className={classes.facts}>
      <Fact name="Kind">
        <DatasetKindLabel kind={kind} />
      </Fact>
      <Fact name="Endpoint">
        <Anchor component={Link} to={`/endpoints/${sourceEndpoint.id}`} size="sm" miw={0}>
          <Truncate>{sourceEndpoint.name}</Truncate>
        </Anchor>
      </Fact>
      {!isPast && (
        <Fact name="Last confirmed">
          <RelativeTime at={dataset.collectedAt} />
          {lastCollectionRun && (
            <Link
              className={classes.run}
              to={`/runs/${lastCollectionRun.id}`}
              title="The run that confirmed it"
            >
              <StatusChip status={lastCollectionRun.status} />
            </Link>
          )}
        </Fact>
      )}
      <Fact name={isPast ? 'So since' : 'Last changed'}>
        <RelativeTime at={dataset.changedAt} />
      </Fact>
      <Fact name="First seen">
        <RelativeTime at={dataset.firstSeenAt} />
      </Fact>
      {database !== null && (
        <Fact name="Database">
          <Truncate>{database}</Truncate>
        </Fact>
      )}
      {rowCountEstimate !== null && <Fact name="Rows, about">{count(rowCountEstimate)}</Fact>}
      {sizeBytes !== null && <Fact name="Size">{byteSize(sizeBytes)}</Fact>}
      {labels.length > 0 && (
        <Fact name="Labels of the endpoint">
          <Group gap={4}>
            {labels.map((label) => (
              <Badge
                key={label}
                component={Link}
                to={`/catalog?label=${encodeURIComponent(label)}`}
                className={classes.label}
                variant="default"
                radius="sm"
                tt="none"
                fw={500}
              >
                {label}
              </Badge>
            ))}
          </Group>
        </Fact>
      )}
    </dl>
  );
}

function Fact({ name, children }: { readonly name: string; readonly children: React.ReactNode }) {
  return (
    <div className={classes.fact}>
      <dt className={classes.name}>{name}</dt>
      <dd className={classes.value}>{children}</dd>
    </div>
  );
}
