import { Button, Paper, PasswordInput, Stack, Text, Title } from '@mantine/core';
import { useEffect, useState } from 'react';
import { Navigate, useLocation } from 'react-router';
import { ApiError, unreachable } from '@/api/errors';
import { useSession } from '@/api/session';
import { ConnectionBanner } from '@/app/connection-banner';
import { ErrorNote } from '@/components/error-note';
import { nextPath } from '@/lib/next';
import classes from './sign-in.module.css';

export default function SignInPage() {
  const { session, signIn } = useSession();
  const { search } = useLocation();
  const [token, setToken] = useState('');
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<ApiError | null>(null);
  useEffect(() => {
    document.title = 'Sign in · Muster';
  }, []);

  if (session?.viewer != null) return <Navigate to={nextPath(search)} replace />;

  const submit = async () => {
    setBusy(true);
    setError(null);
    try {
      await signIn(token);
    } catch (problem) {
      setError(problem instanceof ApiError ? problem : unreachable());
    } finally {
      setBusy(false);
    }
  };
  return (
    <>
      <ConnectionBanner />
      <main className={classes.page} data-testid="state-auth">
        <Paper withBorder p="xl" radius="md" className={classes.card}>
          <form action={submit}>
            <Stack>
              <Title order={1} size="h3">
                Sign in to Muster
              </Title>
              <PasswordInput
                label="Token"
                description="An API token, or the administrator’s."
                autoComplete="current-password"
                required
                autoFocus
                value={token}
                onChange={(event) => setToken(event.currentTarget.value)}
              />
              {error && <ErrorNote error={error} />}
              <Button type="submit" loading={isBusy} disabled={token.trim() === ''}>
                Sign in
              </Button>
              {session?.singleSignOn && (
                <Button component="a" href={singleSignOnAddress(nextPath(search))} variant="default">
                  Sign in with single sign-on
                </Button>
              )}
              <Text size="sm" c="dimmed">
                On the machine that Muster runs on, <code>muster sign-in-link</code> prints a link that signs
                you in.
              </Text>
            </Stack>
          </form>
        </Paper>
      </main>
    </>
  );
}

/** Where single sign-on begins; it leads back to `next`. */
function singleSignOnAddress(next: string): string {
  return `/auth/oidc/start?next=${encodeURIComponent(next)}`;
}
