import { fromBody, unreachable } from './errors';

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
    return (await fetch('/healthz', { cache: 'no-store' })).ok;
  } catch {
    return false;
  }
}

async function ask<Answer>(path: string, request: RequestInit): Promise<Answer> {
  const { ok, body } = await send(path, request);
  if (!ok) throw fromBody(body);
  return body as Answer;
}

async function send(path: string, request: RequestInit): Promise<{ ok: boolean; body: unknown }> {
  try {
    const response = await fetch(path, { credentials: 'same-origin', ...request });
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
