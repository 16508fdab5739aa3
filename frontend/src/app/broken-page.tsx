import { Button, Stack, Text, Title } from '@mantine/core';
import { useRouteError } from 'react-router';

/** What is shown when a page could not be loaded, or broke while it was drawn. */
export function BrokenPage() {
  const error = useRouteError();
  return (
    <Stack data-testid="state-error" data-code="E_PAGE" align="center" gap="xs" p="xl" role="alert">
      <Title order={1} size="h3">
        This page cannot be shown
      </Title>
      <Text c="dimmed">{error instanceof Error ? error.message : 'Something went wrong in it.'}</Text>
      <Button onClick={() => window.location.reload()}>Load again</Button>
    </Stack>
  );
}
