import { useCallback, useState } from 'react';
import { useClient } from 'urql';
import { toast } from '@/components/toast';
import { type ApiError, fromCombined } from './errors';
import type { Operation } from './operation';

export interface Action<Data, Variables> {
  /** Do it. Resolves with the answer, or with undefined when it was refused (`error` then says why). */
  readonly run: (variables: Variables) => Promise<Data | undefined>;
  readonly state: 'idle' | 'busy' | 'done' | 'error';
  readonly error: ApiError | undefined;
  readonly reset: () => void;
}

export interface ActionOptions<Data> {
  /** What the toast says when it was done; without it there is none. */
  readonly success?: string | ((data: Data) => string);
  /** false: the place that called shows the error itself, and there is no toast. */
  readonly toastError?: boolean;
}

/** A mutation to run on demand. What it changed is asked anew wherever it is in view. */
export function useAction<Data, Variables extends object>(
  mutation: Operation<Data, Variables>,
  { success, toastError = true }: ActionOptions<Data> = {},
): Action<Data, Variables> {
  const client = useClient();
  const [{ state, error }, setOutcome] = useState<Pick<Action<Data, Variables>, 'state' | 'error'>>({
    state: 'idle',
    error: undefined,
  });

  const run = async (variables: Variables): Promise<Data | undefined> => {
    setOutcome({ state: 'busy', error: undefined });
    const result = await client.mutation<Data, Variables>(mutation as string, variables).toPromise();
    if (result.error !== undefined || result.data === undefined) {
      const met = result.error === undefined ? undefined : fromCombined(result.error);
      setOutcome({ state: 'error', error: met });
      if (toastError && met !== undefined) toast.error(met.message, met.code);
      return undefined;
    }
    setOutcome({ state: 'done', error: undefined });
    const text = typeof success === 'function' ? success(result.data) : success;
    if (text !== undefined) toast.success(text);
    return result.data;
  };
  const reset = useCallback(() => setOutcome({ state: 'idle', error: undefined }), []);
  return { run, state, error, reset };
}
