import { Anchor, Switch } from '@mantine/core';
import { Link } from 'react-router';
import { useLive } from '@/api/use-live';
import { ChangesTable } from '@/components/catalog-change';
import { EmptyState } from '@/components/empty-state';
import { PagedList } from '@/components/paged-list';
import { flag, texts, useUrlState } from '@/lib/url-state';
import { EndpointChangesDocument } from './endpoint.generated';
import classes from './endpoint.module.css';

const PAGE_SIZE = 50;
const FIELDS = { breaking: flag(), trail: texts() };

/** What runs found changed in the endpoint's source. */
export function ChangesTab({ endpointId }: { readonly endpointId: string }) {
  const [{ breaking, trail }, change, reset] = useUrlState(FIELDS);
  const live = useLive(EndpointChangesDocument, {
    endpointId,
    breakingOnly: breaking,
    first: PAGE_SIZE,
    after: trail.at(-1),
  });
  return (
    <>
      <div className={classes.filters}>
        <Switch
          label="Only breaking changes"
          checked={breaking}
          onChange={(event) => change({ breaking: event.currentTarget.checked, trail: [] })}
        />
        <Anchor component={Link} to={`/compare?endpoint=${endpointId}`} size="sm" ml="auto">
          Compare two runs or moments
        </Anchor>
      </div>
      <PagedList
        live={live}
        pageOf={(data) => data.catalogChanges}
        pageSize={PAGE_SIZE}
        noun="change"
        trail={trail}
        onTrail={(next) => change({ trail: next })}
        onReset={breaking ? reset : null}
        nothingYet={
          <EmptyState title="No changes yet">Every run compares the source with the one before.</EmptyState>
        }
      >
        {(changes) => <ChangesTable changes={changes} />}
      </PagedList>
    </>
  );
}
