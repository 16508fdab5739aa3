import { createRequest } from '@urql/core';
import { useCallback, useEffect, useRef, useState } from 'react';
import { useClient } from 'urql';
import { type ApiError, fromCombined } from './errors';
import type { Operation } from './operation';
import { usePolling } from './use-polling';

export interface Live<Data> {
  /** The last good answer; kept while another is on its way, and when that one fails. */
  readonly data: Data | undefined;
  /** Why the last request failed; gone with the next good answer. */
  readonly error: ApiError | undefined;
  /** Nothing has been answered yet. */
  readonly isLoading: boolean;
  /** `data` answers other variables than the present ones. */
  readonly isStale: boolean;
  readonly refetch: () => void;
}

export interface LiveOptions<Data> {
  /** Whether something in the answer is under way: then it is asked again every 2 s instead of every 15 s. */
  readonly active?: (data: Data) => boolean;
  /** How often it is asked again while nothing is under way, in milliseconds; 15 s if not given. */
  readonly idleMs?: number;
  /** false: ask nothing. */
  readonly enabled?: boolean;
}

interface Answered<Data> {
  readonly data: Data | undefined;
  readonly error: ApiError | undefined;
  readonly key: number | null;
}

/** The answer to a query, kept up to date while the tab is seen. */
export function useLive<Data, Variables extends object>(
  query: Operation<Data, Variables>,
  variables: Variables,
  { active, idleMs, enabled = true }: LiveOptions<Data> = {},
): Live<Data> {
  const client = useClient();
  const request = useSteady(createRequest<Data, Variables>(query as string, variables));
  const [answered, setAnswered] = useState<Answered<Data>>({ data: undefined, error: undefined, key: null });

  useEffect(() => {
    if (!enabled) return;
    const source = client.executeQuery<Data, Variables>(request, { requestPolicy: 'cache-and-network' });
    const { unsubscribe } = source.subscribe(({ data, error }) => {
      setAnswered((before) =>
        keepSame(before, {
          data: error === undefined ? data : before.key === request.key ? before.data : undefined,
          error: error && fromCombined(error),
          key: request.key,
        }),
      );
    });
    return unsubscribe;
  }, [client, request, enabled]);

  const refetch = useCallback(() => {
    void client.executeQuery(request, { requestPolicy: 'network-only' }).toPromise();
  }, [client, request]);

  const isActive = answered.data !== undefined && (active?.(answered.data) ?? false);
  usePolling(refetch, isActive, enabled, idleMs);

  const { data, error, key } = answered;
  const isStale = key !== null && key !== request.key;
  return {
    data,
    error: isStale ? undefined : error,
    isLoading: key === null || (isStale && data === undefined),
    isStale,
    refetch,
  };
}

/** The same object for as long as its key is the same. */
function useSteady<Value extends { key: number }>(value: Value): Value {
  const steady = useRef(value);
  if (steady.current.key !== value.key) steady.current = value;
  return steady.current;
}

/** `before` when nothing has changed, so that nothing is drawn anew. */
function keepSame<Data>(before: Answered<Data>, now: Answered<Data>): Answered<Data> {
  const isSame =
    before.key === now.key &&
    before.error?.code === now.error?.code &&
    before.error?.message === now.error?.message &&
    JSON.stringify(before.data) === JSON.stringify(now.data);
  return isSame ? before : now;
}
