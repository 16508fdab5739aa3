import { MantineProvider } from '@mantine/core';
import { act, render, screen } from '@testing-library/react';
import { createMemoryRouter, RouterProvider } from 'react-router';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { RequireSession } from '@/app/require-session';
import { ConnectionProvider } from './connection';
import type { Operation } from './operation';
import { SessionProvider, useMay, useSession } from './session';
import { useLive } from './use-live';

const QUERY = '{ health { status } }' as Operation<{ health: { status: string } }, object>;

let session: { viewer: object | null; csrfToken: string | null; singleSignOn: boolean };
let isRefused: boolean;
const tokens: (string | null)[] = [];

function signedIn(csrfToken: string, role = 'VIEWER') {
  return { viewer: { name: 'ada', role, identity: 'token:1' }, csrfToken, singleSignOn: false };
}

function Place() {
  const live = useLive(QUERY, {});
  const mayEdit = useMay('EDITOR');
  const { signOut } = useSession();
  return (
    <>
      <p>{live.data === undefined ? 'nothing' : 'answered'}</p>
      <p>{mayEdit.reason ?? 'may edit'}</p>
      <button type="button" onClick={live.refetch}>
        ask
      </button>
      <button type="button" onClick={() => void signOut()}>
        leave
      </button>
    </>
  );
}

async function open() {
  const router = createMemoryRouter(
    [
      { path: '/sign-in', element: <p>the door</p> },
      { element: <RequireSession />, children: [{ path: '*', element: <Place /> }] },
    ],
    { initialEntries: ['/collections?status=FAILED'] },
  );
  render(
    <MantineProvider>
      <ConnectionProvider>
        <SessionProvider>
          <RouterProvider router={router} />
        </SessionProvider>
      </ConnectionProvider>
    </MantineProvider>,
  );
  return router;
}

async function press(name: string) {
  await act(async () => screen.getByRole('button', { name }).click());
}

beforeEach(() => {
  session = signedIn('one');
  isRefused = false;
  tokens.length = 0;
  vi.stubGlobal('fetch', async (path: string, request: RequestInit = {}) => {
    if (path === '/auth/session') return Response.json(session);
    if (path === '/auth/sign-out') return Response.json({ viewer: null });
    const token = new Headers(request.headers).get('X-CSRF-Token');
    tokens.push(token);
    const body = { errors: [{ message: 'No.', extensions: { code: 'E_AUTH_REQUIRED' } }] };
    if (isRefused || token !== session.csrfToken) return Response.json(body, { status: 403 });
    return Response.json({ data: { health: { __typename: 'Health', status: 'ok' } } });
  });
});

afterEach(() => {
  vi.unstubAllGlobals();
});

it('shows the page to who is signed in, and says what the role forbids', async () => {
  await open();
  await screen.findByText('answered');
  screen.getByText('Insufficient permissions: this needs the EDITOR role, yours is VIEWER.');
});

it('leads everybody else to sign in, and back', async () => {
  session = { viewer: null, csrfToken: null, singleSignOn: false };
  const router = await open();
  await screen.findByText('the door');
  expect(router.state.location.search).toBe('?next=%2Fcollections%3Fstatus%3DFAILED');
  expect(tokens).toEqual([]);
});

it('does so too when the session ends in between', async () => {
  const router = await open();
  await screen.findByText('answered');
  session = { viewer: null, csrfToken: null, singleSignOn: false };
  await press('ask');
  await screen.findByText('the door');
  expect(router.state.location.search).toBe('?next=%2Fcollections%3Fstatus%3DFAILED');
});

it('takes up the session that another tab has begun', async () => {
  await open();
  await screen.findByText('answered');
  session = signedIn('two', 'EDITOR');
  await press('ask');
  await screen.findByText('may edit');
  await screen.findByText('answered');
  expect(tokens.at(-1)).toBe('two');
});

it('does not ask in a circle when a session is refused that is there', async () => {
  isRefused = true;
  await open();
  await screen.findByText('the door');
  expect(tokens).toEqual(['one']);
});

it('ends with signing out', async () => {
  await open();
  await screen.findByText('answered');
  await press('leave');
  await screen.findByText('the door');
});
