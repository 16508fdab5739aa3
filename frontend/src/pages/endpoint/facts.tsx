import { Card, Title } from '@mantine/core';
import classes from './endpoint.module.css';

interface PanelProps {
  readonly title: string;
  readonly action?: React.ReactNode;
  readonly children: React.ReactNode;
}

/** A titled part of the page. */
export function Panel({ title, action, children }: PanelProps) {
  return (
    <Card component="section" withBorder className={classes.panel}>
      <div className={classes.panelHead}>
        <Title order={2} size="h5">
          {title}
        </Title>
        {action}
      </div>
      {children}
    </Card>
  );
}

/** Names with their values, one under the other. */
export function Facts({ children }: { readonly children: React.ReactNode }) {
  return <dl className={classes.facts}>{children}</dl>;
}

interface FactProps {
  readonly label: string;
  readonly children: React.ReactNode;
}

export function Fact({ label, children }: FactProps) {
  return (
    <>
      <dt>{label}</dt>
      <dd>{children}</dd>
    </>
  );
}
