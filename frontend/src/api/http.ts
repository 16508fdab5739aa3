import { fromBody, unreachable } from './errors';

/** After this long without an answer it is asked whether the server is there. */
const SLOW_MS = 4000;
/** A server that is there says so sooner. */
const THERE_MS = 3000;

export type Role = 'VIEWER' | 'EDITOR' | 'ADMIN';

export interface Viewer {
  readonly name: string;
  readonly role: Role;
  readonly identity: string;
}

export interface Session {
  readonly viewer: Viewer | null;
  readonly csrfToken: string | null;
  /** Whether /auth/oidc offers another way to sign in. */
  readonly singleSignOn: boolean;
}

/** Who is signed in. Rejects with ApiError. */
export function askSession(): Promise<Session> {
  return ask<Session>('/auth/session', { method: 'GET' });
}

/** Open a session with a token. Rejects with ApiError, E_AUTH_REQUIRED when the token is not valid. */
export async function signIn(token: string): Promise<void> {
  await ask('/auth/sign-in', postJson({ token }));
}

/** End the session. Rejects with ApiError. */
export async function signOut(csrfToken: string): Promise<void> {
  await ask('/auth/sign-out', { method: 'POST', headers: { 'X-CSRF-Token': csrfToken } });
}

/** The server's own answer to a GraphQL request, whatever it says. Rejects with ApiError. */
export async function askGraphQL(request: object, csrfToken: string): Promise<unknown> {
  return (await send('/graphql', postJson(request, { 'X-CSRF-Token': csrfToken }))).body;
}

/** Whether the server answers. */
export async function isServerThere(): Promise<boolean> {
  try {
    return (await fetch('/healthz', { cache: 'no-store', signal: AbortSignal.timeout(THERE_MS) })).ok;
  } catch {
    return false;
  }
}

/**
 * `fetch` that waits for a slow answer as long as the server is there at all, and is given up when it is not.
 * Rejects with TypeError then, as when the server refuses the connection.
 */
export async function patientFetch(input: RequestInfo | URL, init: RequestInit = {}): Promise<Response> {
  const givingUp = new AbortController();
  const signals = [givingUp.signal, ...(init.signal ? [init.signal] : [])];
  const timer = setInterval(async () => {
    if (!(await isServerThere())) givingUp.abort(new TypeError('The server does not answer.'));
  }, SLOW_MS);
  try {
    return await fetch(input, { ...init, signal: AbortSignal.any(signals) });
  } finally {
    clearInterval(timer);
  }
}

async function ask<Answer>(path: string, request: RequestInit): Promise<Answer> {
  const { ok, body } = await send(path, request);
  if (!ok) throw fromBody(body);
  return body as Answer;
}

async function send(path: string, request: RequestInit): Promise<{ ok: boolean; body: unknown }> {
  try {
    const response = await patientFetch(path, { credentials: 'same-origin', ...request });
    return { ok: response.ok, body: await response.json() };
  } catch {
    throw unreachable();
  }
}

function postJson(body: object, headers: Readonly<Record<string, string>> = {}): RequestInit {
  return {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...headers },
    body: JSON.stringify(body),
  };
}
