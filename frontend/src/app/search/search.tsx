import '@mantine/spotlight/styles.css';
import { Spotlight, spotlight } from '@mantine/spotlight';
import { useRef, useState } from 'react';
import { useNavigate } from 'react-router';
import { IconSearch } from '@/components/icons';
import { NAVIGATION } from '../navigation';
import { useSearchOpening } from './open';
import classes from './search.module.css';
import { type Found, type FoundGroup, useFound } from './use-found';

/** Ctrl-K: endpoints, datasets, runs and pages. */
export default function Search() {
  const [text, setText] = useState('');
  const navigate = useNavigate();
  useSearchOpening(spotlight.open);
  const { found, isBusy, problem } = useFound(text);
  const groups = [...found, { label: 'Pages', entries: pagesFor(text) }].filter(
    ({ entries }) => entries.length > 0,
  );
  const list = useRef<HTMLDivElement>(null);
  const go = (to: string) => {
    spotlight.close();
    navigate(to);
  };
  // Enter is for the first when none was chosen with the arrows: answers that arrive late undo the choice.
  const onKeyDown = ({ key }: React.KeyboardEvent) => {
    const first = groups[0]?.entries[0];
    const isChosen = list.current?.querySelector('[data-selected]') != null;
    if (key === 'Enter' && !isBusy && !isChosen && first !== undefined) go(first.to);
  };
  return (
    <Spotlight.Root
      query={text}
      onQueryChange={setText}
      shortcut={null}
      scrollable
      maxHeight="min(480px, 70vh)"
      transitionProps={{ duration: 100 }}
      attributes={{ content: { 'aria-label': 'Search everything' } }}
    >
      <Spotlight.Search
        placeholder="Endpoint, dataset, run or page"
        aria-label="Search everything"
        leftSection={<IconSearch size={18} aria-hidden />}
        onKeyDown={onKeyDown}
      />
      <Spotlight.ActionsList ref={list} aria-busy={isBusy}>
        {groups.map((group) => (
          <Group key={group.label} {...group} onGo={go} />
        ))}
        {groups.length === 0 && (
          <Spotlight.Empty>{problem ?? (isBusy ? 'Searching…' : 'Nothing matches')}</Spotlight.Empty>
        )}
      </Spotlight.ActionsList>
    </Spotlight.Root>
  );
}

interface GroupProps extends FoundGroup {
  readonly onGo: (to: string) => void;
}

function Group({ label, entries, onGo }: GroupProps) {
  return (
    <Spotlight.ActionsGroup label={label}>
      {entries.map(({ to, label: name, description, icon: Icon }) => (
        <Spotlight.Action key={to} keywords={name} onClick={() => onGo(to)}>
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
