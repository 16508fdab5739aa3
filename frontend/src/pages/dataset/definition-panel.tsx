import { Group } from '@mantine/core';
import { CopyButton } from '@/components/copy-button';
import classes from './definition-panel.module.css';

/** The text that a view is made by. */
export function DefinitionPanel({ definition }: { readonly definition: string }) {
  return (
    <>
      <Group justify="flex-end" mb="xs">
        <CopyButton value={definition} />
      </Group>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be within reach of the keyboard */}
      <section className={classes.frame} tabIndex={0} aria-label="Definition">
        <pre className={classes.text}>
          <bdi>{definition}</bdi>
        </pre>
      </section>
    </>
  );
}
