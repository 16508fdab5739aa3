import { Skeleton } from '@mantine/core';
import { useMemo } from 'react';
import { useNavigate } from 'react-router';
import { useLive } from '@/api/use-live';
import { EmptyState } from '@/components/empty-state';
import { IconPlus } from '@/components/icons';
import { PageHeader } from '@/components/page-header';
import { PagedList } from '@/components/paged-list';
import { RoleButton } from '@/components/role-button';
import { isActive } from '@/components/status';
import { oneOf, text, texts, useUrlState } from '@/lib/url-state';
import { EndpointCard } from './endpoint-card';
import { EndpointFacetsDocument, EndpointsDocument } from './endpoints.generated';
import classes from './endpoints.module.css';
import { EndpointsTable } from './endpoints-table';
import { Filters, VIEWS } from './filters';
import { kindWords } from './summary';

const PAGE_SIZE = 24;
const CARD_HEIGHT = 250;
const FIELDS = { search: text(), label: texts(), view: oneOf(VIEWS, 'cards'), trail: texts() };

/** The registered sources, each with how its last run went and when the next one is. */
export default function EndpointsPage() {
  const [{ search, label: labels, view, trail }, change] = useUrlState(FIELDS);
  const isFiltered = search !== '' || labels.length > 0;
  const live = useLive(
    EndpointsDocument,
    {
      search: search || null,
      labels: labels.length > 0 ? labels : null,
      first: PAGE_SIZE,
      after: trail.at(-1),
    },
    {
      active: ({ endpointsConnection: { nodes } }) =>
        nodes.some(({ runs, collections }) => {
          const run = collections[0]?.activeRun ?? runs[0];
          return run !== undefined && isActive(run.status);
        }),
    },
  );
  const facets = useLive(EndpointFacetsDocument, {}).data;
  const titles = useMemo(
    () => new Map(facets?.endpointTemplates.map(({ id, title }) => [id, title])),
    [facets?.endpointTemplates],
  );
  return (
    <>
      <PageHeader title="Endpoints" description="The sources that are collected" actions={<Register />} />
      <Filters
        search={search}
        onSearch={(text) => change({ search: text, trail: [] }, { push: false })}
        labels={labels}
        knownLabels={facets?.labels ?? []}
        onLabels={(label) => change({ label, trail: [] })}
        view={view}
        onView={(chosen) => change({ view: chosen })}
      />
      <PagedList
        live={live}
        pageOf={(data) => data.endpointsConnection}
        pageSize={PAGE_SIZE}
        noun="endpoint"
        trail={trail}
        onTrail={(next) => change({ trail: next })}
        onReset={isFiltered ? () => change({ search: '', label: [], trail: [] }) : null}
        nothingYet={<NothingYet />}
        loading={<Placeholders />}
      >
        {(endpoints) =>
          view === 'cards' ? (
            <ul className={classes.cards}>
              {endpoints.map((endpoint) => (
                <EndpointCard
                  key={endpoint.id}
                  endpoint={endpoint}
                  kind={kindWords(endpoint.templateId, titles)}
                />
              ))}
            </ul>
          ) : (
            <EndpointsTable endpoints={endpoints} titles={titles} />
          )
        }
      </PagedList>
    </>
  );
}

function Register() {
  const navigate = useNavigate();
  return (
    <RoleButton role="EDITOR" leftSection={<IconPlus size={16} />} onClick={() => navigate('/endpoints/new')}>
      Register
    </RoleButton>
  );
}

function NothingYet() {
  return (
    <EmptyState title="No endpoints yet" action={<Register />}>
      Register a database, and Muster collects what is in it: schemas, tables, columns and keys.
    </EmptyState>
  );
}

function Placeholders() {
  return (
    <div className={classes.cards} aria-hidden>
      {[1, 2, 3, 4, 5, 6, 7, 8].map((card) => (
        <Skeleton key={card} h={CARD_HEIGHT} radius="md" />
      ))}
    </div>
  );
}
