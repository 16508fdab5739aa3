import { Anchor, Text } from '@mantine/core';
import { Link } from 'react-router';
import { Truncate } from '@/components/truncate';
import { excerptOf } from '@/lib/found';
import type { CatalogQuery } from './catalog.generated';
import classes from './dataset-rows.module.css';

type Row = CatalogQuery['catalogDatasetConnection']['nodes'][number];

interface MatchLineProps {
  readonly match: NonNullable<Row['match']>;
  readonly search: string;
  /** Where the dataset's page shows the column. */
  readonly columnPath: (column: string) => string;
}

/** Why the search found a dataset, where the name and the comment do not show it themselves. */
export function MatchLine({ match, search, columnPath }: MatchLineProps) {
  const { field, kind, column, text } = match;
  if (column !== null) {
    return (
      <div className={classes.match} data-testid="match" data-field={field}>
        <Text span size="xs" c="dimmed" className={classes.matchOf}>
          Column
        </Text>
        <Anchor component={Link} to={columnPath(column)} size="xs" className={classes.matchText}>
          <Truncate mono search={search}>
            {column}
          </Truncate>
        </Anchor>
        {field === 'COLUMN_COMMENT' && (
          <Text size="xs" c="dimmed" component="div" className={classes.matchComment}>
            <Truncate search={search}>{excerptOf(text, search)}</Truncate>
          </Text>
        )}
      </div>
    );
  }
  if (kind !== 'FUZZY') return null;
  return (
    <Text size="xs" c="dimmed" component="div" data-testid="match" data-field={field}>
      Spelled much like what was searched for
    </Text>
  );
}
