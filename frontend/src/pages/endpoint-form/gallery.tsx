import { Text, Title } from '@mantine/core';
import { Link } from 'react-router';
import { IconChevronRight, IconDatabase, IconFile, IconLink, IconServer } from '@/components/icons';
import type { ConnectorFragment } from './endpoint-form.generated';
import classes from './gallery.module.css';

const FAMILIES = {
  DATABASE: { label: 'Databases', icon: IconDatabase },
  FILE: { label: 'Files', icon: IconFile },
  HTTP: { label: 'HTTP interfaces', icon: IconLink },
  PLATFORM: { label: 'Data platforms', icon: IconServer },
} as const satisfies Record<ConnectorFragment['family'], object>;

/** The connectors there are, by the kind of source. */
export function Gallery({ connectors }: { readonly connectors: readonly ConnectorFragment[] }) {
  const families = [...new Set(connectors.map(({ family }) => family))];
  return families.map((family) => {
    const { label, icon: Icon } = FAMILIES[family];
    return (
      <section key={family} className={classes.family} aria-label={label}>
        <Title order={2} size="h5" mb="sm">
          {label}
        </Title>
        <ul className={classes.cards}>
          {connectors
            .filter((connector) => connector.family === family)
            .map(({ id, title, vendor, description }) => (
              <li key={id}>
                <Link
                  to={`?connector=${encodeURIComponent(id)}`}
                  className={classes.card}
                  data-connector={id}
                >
                  <Icon className={classes.icon} size={26} stroke={1.6} aria-hidden />
                  <span className={classes.words}>
                    <Text span fw={650}>
                      {title}
                    </Text>
                    <Text span size="sm" c="dimmed">
                      {description ?? vendor}
                    </Text>
                  </span>
                  <IconChevronRight className={classes.icon} size={18} aria-hidden />
                </Link>
              </li>
            ))}
        </ul>
      </section>
    );
  });
}
