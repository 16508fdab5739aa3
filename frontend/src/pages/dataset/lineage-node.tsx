import { VisuallyHidden } from '@mantine/core';
import { Link } from 'react-router';
import { KIND_LOOKS } from '@/components/dataset-kind';
import { Truncate } from '@/components/truncate';
import { type LineageNode, stepsWords } from './lineage';
import classes from './lineage-graph.module.css';
import { useLineagePath } from './use-lineage-path';

interface LineageNodeCardProps {
  readonly node: LineageNode;
  /** Its columns that have to do with the one that is followed; null when none is, or it has none. */
  readonly columns: readonly string[] | null;
  /** Whether it has nothing to do with the column that is followed. */
  readonly isAside: boolean;
}

/** A dataset in the graph: a link to its own lineage, but for the one that the page is of. */
export function LineageNodeCard({ node, columns, isAside }: LineageNodeCardProps) {
  const { id, displayName, kind, removedAt, steps } = node;
  const pathOf = useLineagePath();
  const looks = {
    className: classes.node,
    'data-aside': isAside || undefined,
    'data-removed': removedAt !== null || undefined,
    'data-testid': 'lineage-node',
    'data-dataset-id': id,
  };
  const words = [KIND_LOOKS[kind].label, ...(removedAt === null ? [] : ['removed'])].join(', ');
  const content = (
    <>
      <span className={classes.name}>
        <Truncate>{displayName}</Truncate>
      </span>
      <span className={classes.more} data-followed={columns !== null || undefined}>
        <Truncate mono={columns !== null}>{columns === null ? words : columns.join(', ')}</Truncate>
      </span>
    </>
  );
  return steps === 0 ? (
    <div {...looks} data-center aria-current="page">
      {content}
    </div>
  ) : (
    <Link {...looks} to={pathOf(id)} draggable={false}>
      {content}
      <VisuallyHidden>{stepsWords(steps)}</VisuallyHidden>
    </Link>
  );
}
