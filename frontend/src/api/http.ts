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
  await ask('/auth/sign-in', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ token }),
  });
}

/** End the session. Rejects with ApiError. */
export async function signOut(csrfToken: string): Promise<void> {
  await ask('/auth/sign-out', { method: 'POST', headers: { 'X-CSRF-Token': csrfToken } });
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
  let response: Response;
  let body: unknown;
  try {
    response = await fetch(path, { credentials: 'same-origin', ...request });
    body = await response.json();
  } catch {
    throw unreachable();
  }
  if (!response.ok) throw fromBody(body);
  return body as Answer;
}
