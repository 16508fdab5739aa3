import { Tabs } from '@mantine/core';
import { lazy, Suspense } from 'react';
import { ApiError } from '@/api/errors';
import { useMay } from '@/api/session';
import { ErrorNote } from '@/components/error-note';
import { IconHistory, IconInfoCircle, IconKey, IconTrash } from '@/components/icons';
import { PageHeader } from '@/components/page-header';
import { oneOf, useUrlState } from '@/lib/url-state';

const Tokens = lazy(() => import('./tokens'));
const Audit = lazy(() => import('./audit'));
const Removals = lazy(() => import('./removals'));
const Versions = lazy(() => import('./versions'));

const TABS = ['tokens', 'audit', 'removals', 'versions'] as const;
const FIELDS = { tab: oneOf(TABS, 'tokens') };

export default function SettingsPage() {
  const [{ tab }, change] = useUrlState(FIELDS);
  return (
    <>
      <PageHeader title="Settings" />
      <Tabs
        value={tab}
        onChange={(value) => change({ tab: TABS.find((one) => one === value) ?? 'tokens' })}
        keepMounted={false}
      >
        <Tabs.List mb="md">
          <Tabs.Tab value="tokens" leftSection={<IconKey size={16} />}>
            API tokens
          </Tabs.Tab>
          <Tabs.Tab value="audit" leftSection={<IconHistory size={16} />}>
            Audit log
          </Tabs.Tab>
          <Tabs.Tab value="removals" leftSection={<IconTrash size={16} />}>
            Held removals
          </Tabs.Tab>
          <Tabs.Tab value="versions" leftSection={<IconInfoCircle size={16} />}>
            Versions
          </Tabs.Tab>
        </Tabs.List>
        <Suspense>
          <Tabs.Panel value="tokens">
            <ForAdmin>
              <Tokens />
            </ForAdmin>
          </Tabs.Panel>
          <Tabs.Panel value="audit">
            <ForAdmin>
              <Audit />
            </ForAdmin>
          </Tabs.Panel>
          <Tabs.Panel value="removals">
            <Removals />
          </Tabs.Panel>
          <Tabs.Panel value="versions">
            <Versions />
          </Tabs.Panel>
        </Suspense>
      </Tabs>
    </>
  );
}

/** What only ADMIN may see; others are told so, and nothing is asked. */
function ForAdmin({ children }: { readonly children: React.ReactNode }) {
  const { reason } = useMay('ADMIN');
  return reason === null ? children : <ErrorNote error={new ApiError('E_ROLE_FORBIDDEN', reason)} />;
}
