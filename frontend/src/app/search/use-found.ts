import { useDebouncedValue } from '@mantine/hooks';
import { useLive } from '@/api/use-live';
import { IconDatabase, IconHistory, IconTable } from '@/components/icons';
import { type RunStatus, STATUS_LOOKS } from '@/components/status';
import { relativeTime } from '@/lib/time';
import { SearchDocument, type SearchQuery, SearchRunDocument } from './search.generated';

const TYPING_MS = 150;
const RUN_ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
// Of more than these, the newest run would only push what was meant out of view.
const ENDPOINTS_WITH_RUN = 3;

/** Something to jump to. */
export interface Found {
  readonly to: string;
  readonly label: string;
  readonly description: string;
  readonly icon: typeof IconTable;
}

export interface FoundGroup {
  readonly label: string;
  readonly entries: readonly Found[];
}

export interface Search {
  readonly found: readonly FoundGroup[];
  /** Whether the server has yet to answer for what is typed now. */
  readonly isBusy: boolean;
  /** Why it could not. */
  readonly problem: string | null;
}

/** What the server finds for `typed`: endpoints with their newest runs, datasets, and the run with that id. */
export function useFound(typed: string): Search {
  const wanted = typed.trim();
  const [text] = useDebouncedValue(wanted, TYPING_MS);
  const isRun = RUN_ID.test(text);
  const isName = text !== '' && !isRun;
  const named = useLive(SearchDocument, { text }, { enabled: isName });
  const numbered = useLive(SearchRunDocument, { id: text }, { enabled: isRun });
  if (wanted === '') return { found: [], isBusy: false, problem: null };
  const asked = isRun ? numbered : named;
  return {
    found: [
      ...(isRun && numbered.data?.collectionRun
        ? [{ label: 'Runs', entries: [runFound(numbered.data.collectionRun)] }]
        : []),
      ...(isName && named.data !== undefined ? namesFound(named.data) : []),
    ],
    isBusy: text !== wanted || asked.isLoading || asked.isStale,
    problem: isName && asked.error !== undefined ? `${asked.error.message} (${asked.error.code})` : null,
  };
}

function namesFound({ endpointsConnection, catalogDatasetConnection }: SearchQuery): FoundGroup[] {
  const endpoints = endpointsConnection.nodes;
  return [
    {
      label: 'Endpoints',
      entries: endpoints.map(({ id, name, url }) => ({
        to: `/endpoints/${id}`,
        label: name,
        description: url,
        icon: IconDatabase,
      })),
    },
    {
      label: 'Datasets',
      entries: catalogDatasetConnection.nodes.map(({ id, displayName, sourceEndpoint, match }) => ({
        to: match?.column ? `/catalog/${id}?column=${encodeURIComponent(match.column)}` : `/catalog/${id}`,
        label: displayName,
        description: match?.column ? `column ${match.column} · ${sourceEndpoint.name}` : sourceEndpoint.name,
        icon: IconTable,
      })),
    },
    {
      label: 'Newest runs',
      entries: endpoints
        .slice(0, ENDPOINTS_WITH_RUN)
        .flatMap((endpoint) => endpoint.runs.map((run) => runFound({ ...run, endpoint }))),
    },
  ];
}

interface Run {
  readonly id: string;
  readonly status: RunStatus;
  readonly requestedAt: string;
  readonly endpoint: { readonly name: string };
}

function runFound({ id, status, requestedAt, endpoint }: Run): Found {
  return {
    to: `/runs/${id}`,
    label: `Run of ${endpoint.name}`,
    description: `${STATUS_LOOKS[status].label}, requested ${relativeTime(requestedAt, Date.now())}`,
    icon: IconHistory,
  };
}
