import { Center, Loader } from '@mantine/core';
import { Navigate, Outlet, useLocation } from 'react-router';
import { useSession } from '@/api/session';
import { ErrorNote } from '@/components/error-note';
import { signInPath } from '@/lib/next';
import { ConnectionBanner } from './connection-banner';

/** What is inside, for people who are signed in; all others are led to sign in and back. */
export function RequireSession() {
  const { session, error } = useSession();
  const location = useLocation();
  if (session === null) {
    return (
      <>
        <ConnectionBanner />
        {error !== null && !error.isUnreachable ? (
          <ErrorNote error={error} />
        ) : (
          <Center h="60vh" data-testid="state-loading">
            <Loader aria-label="Loading" />
          </Center>
        )}
      </>
    );
  }
  if (session.viewer === null) return <Navigate to={signInPath(location)} replace />;
  return <Outlet />;
}
