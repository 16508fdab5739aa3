import { Group, Title } from '@mantine/core';
import { useId } from 'react';

interface SectionProps {
  readonly title: string;
  /** What stands at the right of the heading. */
  readonly more?: React.ReactNode;
  readonly children: React.ReactNode;
}

/** A part of the page under a heading of its own. */
export function Section({ title, more, children }: SectionProps) {
  const id = useId();
  return (
    <section aria-labelledby={id}>
      <Group justify="space-between" align="center" mb={8} mih={28} gap="xs">
        <Title order={2} size="h5" id={id}>
          {title}
        </Title>
        {more}
      </Group>
      {children}
    </section>
  );
}
