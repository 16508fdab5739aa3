import { Anchor, Group, Text, Title } from '@mantine/core';
import { useEffect } from 'react';
import { Link } from 'react-router';
import classes from './page-header.module.css';

interface PageHeaderProps {
  readonly title: string;
  /** The page above: `{to, label}`. */
  readonly parent?: { readonly to: string; readonly label: string };
  /** One line on what is here. */
  readonly description?: React.ReactNode;
  /** Buttons. */
  readonly actions?: React.ReactNode;
}

/** A page's heading; the window carries its title. */
export function PageHeader({ title, parent, description, actions }: PageHeaderProps) {
  useEffect(() => {
    document.title = `${title} · Muster`;
  }, [title]);
  return (
    <header className={classes.header}>
      <div className={classes.words}>
        {parent && (
          <Anchor component={Link} to={parent.to} size="sm">
            {parent.label}
          </Anchor>
        )}
        <Title order={1} size="h3" className={classes.title} title={title}>
          <bdi>{title}</bdi>
        </Title>
        {description && (
          <Text c="dimmed" size="sm" component="div">
            {description}
          </Text>
        )}
      </div>
      {actions && <Group gap="xs">{actions}</Group>}
    </header>
  );
}
