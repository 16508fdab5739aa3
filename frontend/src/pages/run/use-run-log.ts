import { useCallback, useEffect, useRef, useState } from 'react';
import { useClient } from 'urql';
import { type ApiError, fromCombined } from '@/api/errors';
import { usePolling } from '@/api/use-polling';
import { EMPTY_LOG, LOG_AHEAD, LOG_PAGE, type Log, withPage } from './log-lines';
import { RunLogDocument, type RunLogQuery, type RunLogQueryVariables } from './run.generated';

export interface RunLog extends Log {
  readonly isLoading: boolean;
  readonly error: ApiError | undefined;
  /** Asks for what follows the last line. */
  readonly more: () => void;
}

/**
 * A run's log, page after page from the last line seen: to its end, or until LOG_AHEAD lines, and on from there
 * while the run goes on. Give the component that calls it a key of run and level.
 */
export function useRunLog(runId: string, level: string | null, isActive: boolean): RunLog {
  const client = useClient();
  const [log, setLog] = useState<Log>(EMPTY_LOG);
  const [answered, setAnswered] = useState<{ error: ApiError | undefined } | null>(null);
  const present = useRef(log);
  const isAsking = useRef(false);
  const wanted = useRef(LOG_AHEAD);

  const follow = useCallback(async () => {
    if (isAsking.current) return;
    isAsking.current = true;
    let isMore = true;
    while (isMore) {
      const after = present.current.lines.at(-1)?.id ?? null;
      const variables = { id: runId, after, first: LOG_PAGE, level };
      const { data, error } = await client
        .query<RunLogQuery, RunLogQueryVariables>(RunLogDocument as string, variables, {
          requestPolicy: 'network-only',
        })
        .toPromise();
      const lines = data?.collectionRun?.logs;
      if (lines !== undefined) present.current = withPage(present.current, lines);
      setLog(present.current);
      setAnswered({ error: error && fromCombined(error) });
      isMore = lines?.length === LOG_PAGE && present.current.lines.length < wanted.current;
    }
    isAsking.current = false;
  }, [client, runId, level]);

  // also when the run ends: its last lines are there by then
  // biome-ignore lint/correctness/useExhaustiveDependencies: isActive is what it waits for
  useEffect(() => {
    void follow();
  }, [follow, isActive]);
  const isWaiting = log.isAtEnd || log.lines.length === 0;
  const poll = useCallback(() => void follow(), [follow]);
  usePolling(poll, isActive, isWaiting);

  const more = useCallback(() => {
    wanted.current = present.current.lines.length + LOG_AHEAD;
    void follow();
  }, [follow]);
  return { ...log, isLoading: answered === null, error: answered?.error, more };
}
