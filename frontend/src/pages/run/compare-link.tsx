import { Anchor } from '@mantine/core';
import { Link } from 'react-router';
import { useLive } from '@/api/use-live';
import { RunBeforeDocument, type RunQuery } from './run.generated';

const RARELY = { idleMs: 300_000 };

interface CompareLinkProps {
  readonly run: NonNullable<RunQuery['collectionRun']>;
}

/** Leads to what the run changed since the one before, when both stored something and there is one. */
export function CompareLink({ run }: CompareLinkProps) {
  const isComparable = !run.endpoint.isDeleted && (run.status === 'SUCCEEDED' || run.status === 'PARTIAL');
  const live = useLive(
    RunBeforeDocument,
    { filter: { endpointId: run.endpointId, statuses: ['SUCCEEDED', 'PARTIAL'], to: run.requestedAt } },
    { ...RARELY, enabled: isComparable },
  );
  const before = live.data?.collectionRuns.find(({ id }) => id !== run.id);
  if (!isComparable || before === undefined) return null;
  return (
    <Anchor
      component={Link}
      to={`/compare?endpoint=${run.endpointId}&fromRun=${before.id}&toRun=${run.id}`}
      size="sm"
      data-testid="compare-with-before"
    >
      Compare with the run before
    </Anchor>
  );
}
