import { Alert, Group, Stack, Tabs, Text } from '@mantine/core';
import { useNavigate, useParams, useSearchParams } from 'react-router';
import { useLive } from '@/api/use-live';
import { TriggerButton } from '@/components/endpoint/trigger-button';
import { ErrorNote } from '@/components/error-note';
import { HeldCard, heldKey } from '@/components/held-removals';
import { IconEdit, IconInfoCircle } from '@/components/icons';
import { PageHeader } from '@/components/page-header';
import { QueryState } from '@/components/query-state';
import { RelativeTime } from '@/components/relative-time';
import { RoleButton } from '@/components/role-button';
import { isActive } from '@/components/status';
import { Truncate } from '@/components/truncate';
import { count } from '@/lib/numbers';
import { oneOf, readUrl } from '@/lib/url-state';
import { ChangesTab } from './changes-tab';
import { DatasetsTab } from './datasets-tab';
import { DeleteEndpoint } from './delete-endpoint';
import { ConnectorsDocument, EndpointDocument } from './endpoint.generated';
import classes from './endpoint.module.css';
import { OverviewTab } from './overview-tab';
import { RunsTab } from './runs-tab';
import type { ShownEndpoint } from './types';

const TABS = ['overview', 'runs', 'datasets', 'changes'] as const;
const FIELDS = { tab: oneOf(TABS, 'overview') };
const PARENT = { to: '/endpoints', label: 'Endpoints' };

/** One endpoint: how it is collected, what was found, what changed. */
export default function EndpointPage() {
  const { id = '' } = useParams();
  const live = useLive(
    EndpointDocument,
    { id },
    { active: ({ endpoint }) => endpoint?.runs.some((run) => isActive(run.status)) ?? false },
  );
  const endpoint = live.data?.endpoint;
  return (
    <>
      <PageHeader
        title={endpoint?.name ?? 'Endpoint'}
        parent={PARENT}
        description={endpoint && <Truncate mono>{endpoint.url}</Truncate>}
        actions={endpoint && !endpoint.isDeleted && <Actions endpoint={endpoint} />}
      />
      <QueryState live={live}>
        {({ endpoint: shown, heldRemovals }) =>
          shown && (
            <>
              {heldRemovals.length > 0 && (
                <Stack gap="sm" mb="md">
                  {heldRemovals.map((held) => (
                    <HeldCard key={heldKey(held)} held={held} isOn="endpoint" onDecided={live.refetch} />
                  ))}
                </Stack>
              )}
              <Content endpoint={shown} onTested={live.refetch} />
            </>
          )
        }
      </QueryState>
    </>
  );
}

function Actions({ endpoint }: { readonly endpoint: ShownEndpoint }) {
  const navigate = useNavigate();
  return (
    <Group gap="xs" className={classes.actions}>
      <TriggerButton endpoint={endpoint} />
      <RoleButton
        role="EDITOR"
        variant="default"
        leftSection={<IconEdit size={16} />}
        onClick={() => navigate(`/endpoints/${endpoint.id}/edit`)}
      >
        Edit
      </RoleButton>
      <DeleteEndpoint endpoint={endpoint} />
    </Group>
  );
}

interface ContentProps {
  readonly endpoint: ShownEndpoint;
  readonly onTested: () => void;
}

function Content({ endpoint, onTested }: ContentProps) {
  const [parameters, setParameters] = useSearchParams();
  const { tab } = readUrl(FIELDS, parameters);
  const connectors = useLive(ConnectorsDocument, {});
  const connector = connectors.data?.endpointTemplates.find(({ id }) => id === endpoint.templateId);
  return (
    <>
      {endpoint.isDeleted && (
        <Alert color="gray" variant="light" icon={<IconInfoCircle size={18} />} mb="md">
          This endpoint was deleted <RelativeTime at={endpoint.deletedAt} />. Its datasets are hidden; its
          runs are kept.
        </Alert>
      )}
      <Tabs
        value={tab}
        // the filters of one tab mean nothing to another
        onChange={(chosen) => setParameters(chosen === null || chosen === 'overview' ? {} : { tab: chosen })}
        keepMounted={false}
      >
        <Tabs.List className={classes.tabs}>
          <Tabs.Tab value="overview">Overview</Tabs.Tab>
          <Tabs.Tab value="runs">Runs</Tabs.Tab>
          <Tabs.Tab value="datasets">
            <Group gap={6}>
              Datasets
              <Text span size="xs" c="dimmed">
                {count(endpoint.datasetCount)}
              </Text>
            </Group>
          </Tabs.Tab>
          <Tabs.Tab value="changes">Changes</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="overview">
          {connectors.error && <ErrorNote error={connectors.error} onRetry={connectors.refetch} />}
          <OverviewTab endpoint={endpoint} connector={connector} onTested={onTested} />
        </Tabs.Panel>
        <Tabs.Panel value="runs">
          <RunsTab endpointId={endpoint.id} />
        </Tabs.Panel>
        <Tabs.Panel value="datasets">
          <DatasetsTab endpointId={endpoint.id} />
        </Tabs.Panel>
        <Tabs.Panel value="changes">
          <ChangesTab endpointId={endpoint.id} />
        </Tabs.Panel>
      </Tabs>
    </>
  );
}
