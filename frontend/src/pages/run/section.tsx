import { Group, Title } from '@mantine/core';
import classes from './run.module.css';

interface SectionProps {
  readonly title: string;
  /** What stands at the right of the heading. */
  readonly more?: React.ReactNode;
  readonly children: React.ReactNode;
}

/** A titled part of a run. */
export function Section({ title, more, children }: SectionProps) {
  return (
    <section className={classes.section} aria-label={title}>
      <Group justify="space-between" align="baseline" gap="xs" mb="xs">
        <Title order={2} size="h5">
          {title}
        </Title>
        {more}
      </Group>
      {children}
    </section>
  );
}
