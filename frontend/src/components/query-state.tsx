import { Skeleton, Stack } from '@mantine/core';
import { Link, useLocation } from 'react-router';
import type { Live } from '@/api/use-live';
import { signInPath } from '@/lib/next';
import { ErrorNote } from './error-note';
import classes from './query-state.module.css';

interface QueryStateProps<Data> {
  readonly live: Live<Data>;
  /** Whether there is nothing to show. */
  readonly isEmpty?: (data: Data) => boolean;
  /** What is shown then: an `EmptyState`. */
  readonly empty?: React.ReactNode;
  /** What is shown until there is an answer; of the size of what will come, so that nothing shifts. */
  readonly loading?: React.ReactNode;
  readonly children: (data: Data) => React.ReactNode;
}

/**
 * Exactly one of: loading, error, sign-in, empty, data. Data that is there stays when asking again fails; the
 * error then stands above it.
 */
export function QueryState<Data>({ live, isEmpty, empty, loading, children }: QueryStateProps<Data>) {
  const { data, error, isLoading, isStale, refetch } = live;
  if (error?.isAuthRequired) return <SignInNote />;
  if (data === undefined) {
    if (error !== undefined) return <ErrorNote error={error} onRetry={refetch} />;
    return isLoading ? (
      <div data-testid="state-loading" aria-busy="true">
        {loading ?? <Lines />}
      </div>
    ) : null;
  }
  const isNothing = isEmpty?.(data) ?? false;
  return (
    <div className={classes.data} data-stale={isStale || undefined} aria-busy={isStale}>
      {error !== undefined && !error.isUnreachable && <ErrorNote error={error} onRetry={refetch} />}
      {isNothing ? empty : children(data)}
    </div>
  );
}

function SignInNote() {
  const location = useLocation();
  return (
    <div data-testid="state-auth">
      Your session has ended. <Link to={signInPath(location)}>Sign in again</Link>
    </div>
  );
}

function Lines() {
  return (
    <Stack gap="sm" aria-hidden>
      {[1, 2, 3, 4, 5].map((line) => (
        <Skeleton key={line} h={28} radius="sm" />
      ))}
    </Stack>
  );
}
