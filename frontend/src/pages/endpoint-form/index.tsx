import { Anchor } from '@mantine/core';
import { Link, useParams } from 'react-router';
import { useLive } from '@/api/use-live';
import { EmptyState } from '@/components/empty-state';
import { PageHeader } from '@/components/page-header';
import { QueryState } from '@/components/query-state';
import { text, useUrlState } from '@/lib/url-state';
import { EndpointForm } from './endpoint-form';
import { ConnectorsDocument, EditedEndpointDocument } from './endpoint-form.generated';
import { Gallery } from './gallery';

const FIELDS = { connector: text() };

/** Registering an endpoint, or changing one. */
export default function EndpointFormPage() {
  const { id } = useParams();
  return id === undefined ? <NewEndpoint /> : <EditEndpoint id={id} />;
}

function NewEndpoint() {
  const [{ connector: chosen }] = useUrlState(FIELDS);
  const live = useLive(ConnectorsDocument, {});
  const connector = live.data?.endpointTemplates.find(({ id }) => id === chosen);
  return (
    <>
      <PageHeader
        title="Register an endpoint"
        parent={{ to: '/endpoints', label: 'Endpoints' }}
        description={
          connector === undefined ? (
            'What kind of source is it?'
          ) : (
            <>
              {connector.title} ·{' '}
              <Anchor component={Link} to="/endpoints/new" inherit underline="always">
                another kind
              </Anchor>
            </>
          )
        }
      />
      <QueryState
        live={live}
        isEmpty={({ endpointTemplates }) => endpointTemplates.length === 0}
        empty={<EmptyState title="No connectors">This server has nothing to read sources with.</EmptyState>}
      >
        {({ endpointTemplates, labels }) =>
          connector === undefined ? (
            <Gallery connectors={endpointTemplates} />
          ) : (
            <EndpointForm key={connector.id} connector={connector} endpoint={null} knownLabels={labels} />
          )
        }
      </QueryState>
    </>
  );
}

function EditEndpoint({ id }: { readonly id: string }) {
  const connectors = useLive(ConnectorsDocument, {});
  const live = useLive(EditedEndpointDocument, { id });
  const name = live.data?.endpoint?.name;
  return (
    <>
      <PageHeader
        title={name === undefined ? 'Edit endpoint' : `Edit ${name}`}
        parent={{ to: `/endpoints/${id}`, label: name ?? 'Endpoint' }}
      />
      <QueryState
        live={live}
        isEmpty={({ endpoint }) => endpoint === null || endpoint.isDeleted}
        empty={<EmptyState title="Deleted">An endpoint that was deleted cannot be changed.</EmptyState>}
      >
        {({ endpoint }) => (
          <QueryState live={connectors}>
            {({ endpointTemplates, labels }) => (
              <EndpointForm
                connector={endpointTemplates.find((one) => one.id === endpoint?.templateId) ?? null}
                endpoint={endpoint}
                knownLabels={labels}
              />
            )}
          </QueryState>
        )}
      </QueryState>
    </>
  );
}
