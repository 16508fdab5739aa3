import { Anchor, Switch } from '@mantine/core';
import { Link } from 'react-router';
import { EndpointSelect } from '@/components/endpoint-select';
import { FilterBar } from '@/components/filter-bar';
import { HeldList } from '@/components/held-removals';
import { PageHeader } from '@/components/page-header';
import { flag, text, useUrlState } from '@/lib/url-state';

const FIELDS = { endpoint: text(), decided: flag() };

/** Removals that wait for an administrator, of all endpoints. */
export default function RemovalsPage() {
  const [{ endpoint, decided }, change, reset] = useUrlState(FIELDS);
  return (
    <>
      <PageHeader
        title="Held removals"
        description={
          <>
            When a run finds unusually much gone, nothing is removed before an administrator says so. Each
            endpoint has its own limit. What was removed stands among the{' '}
            <Anchor component={Link} to="/changes?kind=DATASET_REMOVED" inherit underline="always">
              changes
            </Anchor>
            .
          </>
        }
      />
      <FilterBar label="Filters of the held removals" onReset={endpoint === '' ? null : reset}>
        <EndpointSelect w={260} value={endpoint} onChange={(id) => change({ endpoint: id })} />
        <Switch
          label="Show decided ones"
          pb={8}
          checked={decided}
          onChange={(event) => change({ decided: event.currentTarget.checked })}
        />
      </FilterBar>
      <HeldList endpointId={endpoint || null} includeDecided={decided} />
    </>
  );
}
