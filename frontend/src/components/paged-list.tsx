import { Button, Skeleton, Stack } from '@mantine/core';
import type { Live } from '@/api/use-live';
import { EmptyState } from './empty-state';
import { IconChevronLeft, IconFilterOff } from './icons';
import { Pager } from './pager';
import { QueryState } from './query-state';

interface Page<Row> {
  readonly nodes: readonly Row[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
  readonly totalCount: number;
}

interface PagedListProps<Data, Row> {
  readonly live: Live<Data>;
  /** The page in the answer. */
  readonly pageOf: (data: Data) => Page<Row>;
  readonly pageSize: number;
  /** What a row is, in the singular: “run”. */
  readonly noun: string;
  /** The cursors of the pages gone through; see `Pager`. */
  readonly trail: readonly string[];
  readonly onTrail: (trail: readonly string[]) => void;
  /** What stands there when there is nothing at all. */
  readonly nothingYet: React.ReactNode;
  /** Takes away what narrows the list; null when nothing does. */
  readonly onReset?: (() => void) | null;
  readonly loading?: React.ReactNode;
  readonly children: (rows: readonly Row[]) => React.ReactNode;
}

/** A list in pages: its rows and the way to the others, or why there are none and what to do about it. */
export function PagedList<Data, Row>(props: PagedListProps<Data, Row>) {
  const { live, pageOf, pageSize, noun, trail, onTrail, nothingYet, onReset = null, children } = props;
  const empty =
    trail.length > 0 ? (
      <PastTheEnd noun={noun} onFirst={() => onTrail([])} />
    ) : onReset === null ? (
      nothingYet
    ) : (
      <NothingMatches noun={noun} onReset={onReset} />
    );
  return (
    <QueryState
      live={live}
      isEmpty={(data) => pageOf(data).nodes.length === 0}
      empty={empty}
      loading={props.loading ?? <RowPlaceholders />}
    >
      {(data) => {
        const { nodes, pageInfo, totalCount } = pageOf(data);
        return (
          <>
            {children(nodes)}
            <Pager
              trail={trail}
              onTrail={onTrail}
              pageInfo={pageInfo}
              pageSize={pageSize}
              shown={nodes.length}
              totalCount={totalCount}
              noun={noun}
            />
          </>
        );
      }}
    </QueryState>
  );
}

function NothingMatches({ noun, onReset }: { readonly noun: string; readonly onReset: () => void }) {
  return (
    <EmptyState
      title={`No ${noun}s match`}
      action={
        <Button variant="default" leftSection={<IconFilterOff size={16} />} onClick={onReset}>
          Reset filters
        </Button>
      }
    >
      Nothing has all of what the filters ask for.
    </EmptyState>
  );
}

function PastTheEnd({ noun, onFirst }: { readonly noun: string; readonly onFirst: () => void }) {
  return (
    <EmptyState
      title={`No ${noun}s on this page`}
      action={
        <Button variant="default" leftSection={<IconChevronLeft size={16} />} onClick={onFirst}>
          First page
        </Button>
      }
    >
      There are fewer than when this page was opened.
    </EmptyState>
  );
}

const PLACEHOLDERS = Array.from({ length: 11 }, (_, index) => index);

/** Rows that are yet to come, so high that what stands below them need not move. */
export function RowPlaceholders({ height = 30 }: { readonly height?: number }) {
  return (
    <Stack gap={10} aria-hidden>
      {PLACEHOLDERS.map((row) => (
        <Skeleton key={row} h={height} radius="sm" />
      ))}
    </Stack>
  );
}
