import { ActionIcon, AppShell, Burger, Button, Group, Kbd, NavLink } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { lazy, Suspense, useEffect } from 'react';
import { Link, Outlet, useLocation, useMatch } from 'react-router';
import { IconSearch } from '@/components/icons';
import { ConnectionBanner } from './connection-banner';
import { NAVIGATION } from './navigation';
import { openSearch, useSearchShortcut } from './search/open';
import classes from './shell.module.css';
import { ViewerMenu } from './viewer-menu';

const Search = lazy(() => import('./search/search'));

/** The frame around every page: the side bar, the search and who is signed in. */
export function Shell() {
  const [opened, { toggle, close }] = useDisclosure();
  const { pathname } = useLocation();
  const isSearchWanted = useSearchShortcut();
  // biome-ignore lint/correctness/useExhaustiveDependencies: the menu closes whenever another page opens
  useEffect(close, [pathname]);
  return (
    <AppShell
      header={{ height: 52 }}
      navbar={{ width: { base: 212, xl: 232 }, breakpoint: 'sm', collapsed: { mobile: !opened } }}
      padding={{ base: 'sm', sm: 'lg' }}
    >
      <a className={classes.skip} href="#content">
        Skip to content
      </a>
      <AppShell.Header className={classes.header}>
        <Group gap="sm" wrap="nowrap">
          <Burger opened={opened} onClick={toggle} hiddenFrom="sm" size="sm" aria-label="Menu" />
          <Link to="/" className={classes.brand}>
            <img src="/favicon.svg" alt="" width={24} height={24} />
            Muster
          </Link>
        </Group>
        <Group gap="xs" wrap="nowrap">
          <Button
            variant="default"
            size="compact-md"
            visibleFrom="sm"
            leftSection={<IconSearch size={16} />}
            rightSection={
              <Kbd size="xs" component="span">
                Ctrl K
              </Kbd>
            }
            onClick={openSearch}
          >
            Search
          </Button>
          <ActionIcon variant="default" size="lg" hiddenFrom="sm" onClick={openSearch} aria-label="Search">
            <IconSearch size={18} />
          </ActionIcon>
          <ViewerMenu />
        </Group>
      </AppShell.Header>
      <AppShell.Navbar className={classes.navbar} p="xs" aria-label="Pages">
        {NAVIGATION.map((entry) => (
          <Entry key={entry.to} {...entry} />
        ))}
      </AppShell.Navbar>
      <AppShell.Main id="content" tabIndex={-1} className={classes.main}>
        <ConnectionBanner />
        <div className={classes.page}>
          <Outlet key={pathname} />
        </div>
      </AppShell.Main>
      {isSearchWanted && (
        <Suspense>
          <Search />
        </Suspense>
      )}
    </AppShell>
  );
}

type EntryProps = (typeof NAVIGATION)[number];

function Entry({ to, label, icon: Icon }: EntryProps) {
  const isHere = useMatch({ path: to, end: to === '/' }) !== null;
  return (
    <NavLink
      component={Link}
      to={to}
      label={label}
      leftSection={<Icon size={18} stroke={1.7} aria-hidden />}
      active={isHere}
      aria-current={isHere ? 'page' : undefined}
      className={classes.entry}
    />
  );
}
