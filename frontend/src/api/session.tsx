import type { Client } from '@urql/core';
import {
  createContext,
  type ReactNode,
  useCallback,
  useContext,
  useEffect,
  useMemo,
  useRef,
  useState,
} from 'react';
import { Provider as ClientProvider } from 'urql';
import { createClient } from './client';
import { useConnection, useIsLost } from './connection';
import { ApiError, unreachable } from './errors';
import { askSession, type Role, type Session, signIn, signOut, type Viewer } from './http';

const NOBODY: Session = { viewer: null, csrfToken: null, singleSignOn: false };
const RANK: Readonly<Record<Role, number>> = { VIEWER: 0, EDITOR: 1, ADMIN: 2 };

interface SessionState {
  /** Null until the server has said who is signed in. */
  readonly session: Session | null;
  /** Why it could not be asked. */
  readonly error: ApiError | null;
  /** Open a session. Rejects with ApiError. */
  readonly signIn: (token: string) => Promise<void>;
  /** End the session. Rejects with ApiError. */
  readonly signOut: () => Promise<void>;
  /** Tell that the server has refused the session: it may have ended, or be another one by now. */
  readonly onRefused: () => Promise<void>;
}

const SessionContext = createContext<SessionState | null>(null);

/** Knows who is signed in, and gives what is inside a GraphQL client that speaks for them. */
export function SessionProvider({ children }: { children: ReactNode }) {
  const connection = useConnection();
  const isLost = useIsLost();
  const [session, setSession] = useState<Session | null>(null);
  const [error, setError] = useState<ApiError | null>(null);
  const current = useRef(session);
  current.current = session;

  const refresh = useCallback(async (): Promise<Session | null> => {
    try {
      const found = await askSession();
      connection.report(false);
      setError(null);
      return found;
    } catch (problem) {
      const met = problem instanceof ApiError ? problem : unreachable();
      connection.report(met.isUnreachable);
      setError(met);
      return null;
    }
  }, [connection]);

  useEffect(() => {
    if (session !== null || isLost) return;
    void refresh().then((found) => found !== null && setSession(found));
  }, [session, isLost, refresh]);

  // Another tab may have signed in anew: then the browser's session is another one, and all is well.
  const onRefused = useCallback(async () => {
    const before = current.current;
    const found = await refresh();
    if (found === null || current.current !== before) return;
    const isAnother = found.viewer !== null && found.csrfToken !== before?.csrfToken;
    setSession(isAnother ? found : { ...NOBODY, singleSignOn: found.singleSignOn });
  }, [refresh]);

  const csrfToken = session?.csrfToken ?? null;
  const client = useMemo<Client>(
    () => createClient(csrfToken, connection, (met) => void (met.isAuthRequired && onRefused())),
    [csrfToken, connection, onRefused],
  );

  const state = useMemo<SessionState>(
    () => ({
      session,
      error,
      async signIn(token) {
        await signIn(token);
        setSession(await askSession());
      },
      async signOut() {
        await signOut(csrfToken ?? '');
        setSession({ ...NOBODY, singleSignOn: session?.singleSignOn ?? false });
      },
      onRefused,
    }),
    [session, error, csrfToken, onRefused],
  );
  return (
    <SessionContext value={state}>
      <ClientProvider value={client}>{children}</ClientProvider>
    </SessionContext>
  );
}

export function useSession(): SessionState {
  const state = useContext(SessionContext);
  if (state === null) throw new Error('There is no SessionProvider around this.');
  return state;
}

/** Who is signed in. For what is shown to signed-in people only. */
export function useViewer(): Viewer {
  const viewer = useSession().session?.viewer;
  if (viewer == null) throw new Error('Nobody is signed in.');
  return viewer;
}

export interface Permission {
  readonly allowed: boolean;
  /** Why not; null when it is allowed. */
  readonly reason: string | null;
}

/** Whether the viewer's role allows what needs `role`. */
export function useMay(role: Role): Permission {
  const viewer = useViewer();
  if (RANK[viewer.role] >= RANK[role]) return { allowed: true, reason: null };
  return {
    allowed: false,
    reason: `Insufficient permissions: this needs the ${role} role, yours is ${viewer.role}.`,
  };
}
