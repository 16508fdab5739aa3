import { Stack, Text, Title } from '@mantine/core';

interface EmptyStateProps {
  /** What there is none of: “No endpoints yet”, “No runs match”. */
  readonly title: string;
  /** What to do about it. */
  readonly children?: React.ReactNode;
  /** A button that does it. */
  readonly action?: React.ReactNode;
}

/** Says that there is nothing, and what to do about it. */
export function EmptyState({ title, children, action }: EmptyStateProps) {
  return (
    <Stack data-testid="state-empty" align="center" gap="xs" py={48} px="md">
      <Title order={2} size="h4" ta="center">
        {title}
      </Title>
      {children && (
        <Text c="dimmed" ta="center" maw={460} component="div">
          {children}
        </Text>
      )}
      {action}
    </Stack>
  );
}
