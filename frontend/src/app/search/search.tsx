import '@mantine/spotlight/styles.css';
import { useDebouncedValue } from '@mantine/hooks';
import { Spotlight, spotlight } from '@mantine/spotlight';
import { useState } from 'react';
import { useNavigate } from 'react-router';
import { useLive } from '@/api/use-live';
import { IconDatabase, IconHistory, IconTable } from '@/components/icons';
import { STATUS_LOOKS } from '@/components/status';
import { NAVIGATION } from '../navigation';
import { useSearchOpening } from './open';
import { SearchDocument, SearchRunDocument } from './search.generated';

const TYPING_MS = 150;

/** Ctrl-K: pages, endpoints and datasets by name, runs by number. */
export default function Search() {
  const [text, setText] = useState('');
  const navigate = useNavigate();
  useSearchOpening(spotlight.open);
  const found = useFound(text);
  const pages = NAVIGATION.filter(({ label }) => label.toLowerCase().includes(text.trim().toLowerCase()));
  const action = ({ to, label, description, icon: Icon }: Found) => (
    <Spotlight.Action
      key={to}
      label={label}
      description={description}
      leftSection={<Icon size={18} stroke={1.7} />}
      onClick={() => navigate(to)}
    />
  );
  return (
    <Spotlight.Root query={text} onQueryChange={setText} shortcut={null} scrollable maxHeight={420}>
      <Spotlight.Search placeholder="Endpoint, dataset, run number or page" aria-label="Search everything" />
      <Spotlight.ActionsList>
        {found.map(action)}
        {pages.map((page) => action({ ...page, description: 'Page' }))}
        {found.length + pages.length === 0 && <Spotlight.Empty>Nothing matches.</Spotlight.Empty>}
      </Spotlight.ActionsList>
    </Spotlight.Root>
  );
}

interface Found {
  readonly to: string;
  readonly label: string;
  readonly description: string;
  readonly icon: typeof IconTable;
}

function useFound(typed: string): readonly Found[] {
  const [text] = useDebouncedValue(typed.trim(), TYPING_MS);
  const named = useLive(SearchDocument, { text }, { enabled: text.length > 1 });
  const isNumber = /^\d{1,18}$/.test(text);
  const numbered = useLive(SearchRunDocument, { id: text }, { enabled: isNumber });
  if (text === '') return [];
  const run = isNumber && !numbered.isStale ? numbered.data?.collectionRun : null;
  const { endpointsConnection: endpoints, catalogDatasetConnection: datasets } = named.data ?? {};
  return [
    ...(run ? [{ id: run.id, name: run.endpoint.name, status: STATUS_LOOKS[run.status].label }] : []).map(
      ({ id, name, status }) => ({
        to: `/runs/${id}`,
        label: `Run ${id}`,
        description: `${status} · ${name}`,
        icon: IconHistory,
      }),
    ),
    ...(endpoints?.nodes ?? []).map(({ id, name, url }) => ({
      to: `/endpoints/${id}`,
      label: name,
      description: url,
      icon: IconDatabase,
    })),
    ...(datasets?.nodes ?? []).map(({ id, displayName, sourceEndpoint }) => ({
      to: `/catalog/${id}`,
      label: displayName,
      description: sourceEndpoint.name,
      icon: IconTable,
    })),
  ];
}
