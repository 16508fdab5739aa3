import '@mantine/spotlight/styles.css';
import { Spotlight, spotlight } from '@mantine/spotlight';
import { useState } from 'react';
import { useNavigate } from 'react-router';
import { IconSearch } from '@/components/icons';
import { NAVIGATION } from '../navigation';
import { useSearchOpening } from './open';
import classes from './search.module.css';
import { type Found, useFound } from './use-found';

/** Ctrl-K: endpoints, datasets, runs and pages. */
export default function Search() {
  const [text, setText] = useState('');
  useSearchOpening(spotlight.open);
  const { found, isBusy, problem } = useFound(text);
  const pages = pagesFor(text);
  const isNothing = found.length + pages.length === 0;
  return (
    <Spotlight.Root
      query={text}
      onQueryChange={setText}
      shortcut={null}
      scrollable
      maxHeight="min(480px, 70vh)"
      transitionProps={{ duration: 100 }}
    >
      <Spotlight.Search
        placeholder="Endpoint, dataset, run or page"
        aria-label="Search everything"
        leftSection={<IconSearch size={18} aria-hidden />}
      />
      <Spotlight.ActionsList>
        <Group label="Found" entries={found} />
        <Group label="Pages" entries={pages} />
        {isNothing && <Spotlight.Empty>{problem ?? (isBusy ? 'Searching…' : 'Nothing matches')}</Spotlight.Empty>}
      </Spotlight.ActionsList>
    </Spotlight.Root>
  );
}

interface GroupProps {
  readonly label: string;
  readonly entries: readonly Found[];
}

function Group({ label, entries }: GroupProps) {
  const navigate = useNavigate();
  if (entries.length === 0) return null;
  return (
    <Spotlight.ActionsGroup label={label}>
      {entries.map(({ to, label: name, description, icon: Icon }) => (
        <Spotlight.Action key={to} keywords={name} onClick={() => navigate(to)}>
          <span className={classes.action}>
            <Icon className={classes.icon} size={18} stroke={1.7} aria-hidden />
            <bdi className={classes.name} title={name}>
              {name}
            </bdi>
            <bdi className={classes.description} title={description}>
              {description}
            </bdi>
          </span>
        </Spotlight.Action>
      ))}
    </Spotlight.ActionsGroup>
  );
}

function pagesFor(text: string): readonly Found[] {
  const wanted = text.trim().toLowerCase();
  return NAVIGATION.filter(({ label }) => label.toLowerCase().includes(wanted)).map((page) => ({
    ...page,
    description: '',
  }));
}
