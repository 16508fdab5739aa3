import { Card, Title } from '@mantine/core';

interface SectionProps {
  readonly title: string;
  readonly children: React.ReactNode;
}

/** A titled part of the form. */
export function Section({ title, children }: SectionProps) {
  return (
    <Card component="section" withBorder bg="var(--muster-surface)">
      <Title order={2} size="h5" mb="sm">
        {title}
      </Title>
      {children}
    </Card>
  );
}
