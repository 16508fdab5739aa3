import { act, renderHook } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ConnectionProvider, useIsLost } from './connection';
import type { Operation } from './operation';
import { SessionProvider, useSession } from './session';
import { useAction } from './use-action';
import { useLive } from './use-live';

type Runs = { readonly runs: readonly { readonly __typename: string; readonly status: string }[] };
const QUERY = 'query Runs($of: ID) { runs(of: $of) { status } }' as Operation<Runs, { of?: string }>;
const MUTATION = 'mutation Go { go { status } }' as Operation<{ go: { status: string } }, object>;
const ACTIVE = { active: ({ runs }: Runs) => runs.some(({ status }) => status === 'RUNNING') };

const fetching = vi.fn<(path: string, request?: RequestInit) => Promise<Response>>();
let answers: (() => Response)[];
let isHidden: boolean;

function runs(...statuses: string[]): () => Response {
  return () => Response.json({ data: { runs: statuses.map((status) => ({ __typename: 'Run', status })) } });
}

function refusal(code: string, status = 200): () => Response {
  return () =>
    Response.json({ errors: [{ message: 'No.', extensions: { code, required: 'EDITOR' } }] }, { status });
}

function asked(): number {
  return fetching.mock.calls.filter(([path]) => path === '/graphql').length;
}

function SignedIn({ children }: { children: React.ReactNode }) {
  return useSession().session === null ? null : children;
}

function wrapper({ children }: { children: React.ReactNode }) {
  return (
    <ConnectionProvider>
      <SessionProvider>
        <SignedIn>{children}</SignedIn>
      </SessionProvider>
    </ConnectionProvider>
  );
}

/** The hook, once somebody is signed in. */
async function live(of?: string) {
  const hook = renderHook(({ of }) => useLive(QUERY, { of }, ACTIVE), { wrapper, initialProps: { of } });
  await act(() => vi.advanceTimersByTimeAsync(50));
  return hook;
}

function pass(milliseconds: number) {
  return act(() => vi.advanceTimersByTimeAsync(milliseconds));
}

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('fetch', fetching);
  isHidden = false;
  vi.spyOn(document, 'hidden', 'get').mockImplementation(() => isHidden);
  fetching.mockReset();
  fetching.mockImplementation(async (path) => {
    if (path === '/auth/session') {
      const viewer = { name: 'ada', role: 'ADMIN', identity: 'token:1' };
      return Response.json({ viewer, csrfToken: 'csrf', singleSignOn: false });
    }
    if (path === '/healthz') return Response.json({});
    const answer = answers.length > 1 ? answers.shift() : answers[0];
    if (answer === undefined) throw new TypeError('Failed to fetch');
    return answer();
  });
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe('useLive', () => {
  it('asks every 2 s while something is under way, then every 15 s', async () => {
    answers = [runs('RUNNING'), runs('RUNNING'), runs('SUCCEEDED')];
    const { result } = await live();
    expect(result.current.data?.runs[0]?.status).toBe('RUNNING');
    const before = asked();
    await pass(2100);
    await pass(2100);
    expect(asked()).toBe(before + 2);
    expect(result.current.data?.runs[0]?.status).toBe('SUCCEEDED');
    await pass(14_000);
    expect(asked()).toBe(before + 2);
    await pass(2000);
    expect(asked()).toBe(before + 3);
  });

  it('asks nothing while the tab is hidden, and at once when it is seen again', async () => {
    answers = [runs('RUNNING')];
    await live();
    const before = asked();
    isHidden = true;
    act(() => void document.dispatchEvent(new Event('visibilitychange')));
    await pass(60_000);
    expect(asked()).toBe(before);
    isHidden = false;
    act(() => void document.dispatchEvent(new Event('visibilitychange')));
    await pass(50);
    expect(asked()).toBe(before + 1);
  });

  it('draws nothing anew when nothing has changed', async () => {
    answers = [runs('RUNNING')];
    const { result } = await live();
    const first = result.current.data;
    await pass(2100);
    expect(result.current.data).toBe(first);
  });

  it('keeps the old answer, marked stale, while other variables are asked for', async () => {
    answers = [runs('FAILED'), runs()];
    const { result, rerender } = await live('1');
    rerender({ of: '2' });
    expect(result.current).toMatchObject({ isStale: true, isLoading: false, error: undefined });
    expect(result.current.data?.runs).toHaveLength(1);
    await pass(50);
    expect(result.current).toMatchObject({ isStale: false, data: { runs: [] } });
  });

  it('keeps the answer when asking again is refused, and says why', async () => {
    answers = [runs('RUNNING'), refusal('E_LIMIT'), runs('SUCCEEDED')];
    const { result } = await live();
    await pass(2100);
    expect(result.current.error).toMatchObject({ code: 'E_LIMIT', extra: { required: 'EDITOR' } });
    expect(result.current.data?.runs[0]?.status).toBe('RUNNING');
    await pass(2100);
    expect(result.current.error).toBeUndefined();
    expect(result.current.data?.runs[0]?.status).toBe('SUCCEEDED');
  });

  it('says that the server is away, and asks again when it is back', async () => {
    answers = [];
    const { result } = await live();
    expect(result.current).toMatchObject({ isLoading: false, error: { code: 'E_UNREACHABLE' } });
    answers = [runs('SUCCEEDED')];
    await pass(2100);
    expect(result.current).toMatchObject({ error: undefined, data: { runs: [{ status: 'SUCCEEDED' }] } });
  });

  it('reads the code of a refusal that is no GraphQL answer', async () => {
    answers = [refusal('E_RATE', 429)];
    const { result } = await live();
    expect(result.current.error?.code).toBe('E_RATE');
  });
});

describe('useAction', () => {
  it('is busy, then done; it carries the session’s own header', async () => {
    answers = [() => Response.json({ data: { go: { status: 'QUEUED' } } })];
    const { result } = renderHook(() => useAction(MUTATION), { wrapper });
    await pass(50);
    let done: Promise<unknown> | undefined;
    act(() => {
      done = result.current.run({});
    });
    expect(result.current.state).toBe('busy');
    await pass(50);
    expect(result.current.state).toBe('done');
    expect(await done).toMatchObject({ go: { status: 'QUEUED' } });
    const [, request] = fetching.mock.calls.at(-1) ?? [];
    expect(new Headers(request?.headers).get('X-CSRF-Token')).toBe('csrf');
  });

  it('ends in error with the code', async () => {
    answers = [refusal('E_COLLECTION_DISABLED')];
    const { result } = renderHook(() => ({ action: useAction(MUTATION), isLost: useIsLost() }), { wrapper });
    await pass(50);
    act(() => void result.current.action.run({}));
    await pass(50);
    expect(result.current).toMatchObject({
      action: { state: 'error', error: { code: 'E_COLLECTION_DISABLED' } },
      isLost: false,
    });
  });
});
