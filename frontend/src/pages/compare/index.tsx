import { Button } from '@mantine/core';
import type { ApiError } from '@/api/errors';
import { useLive } from '@/api/use-live';
import { EmptyState } from '@/components/empty-state';
import { EndpointSelect } from '@/components/endpoint-select';
import { FilterBar } from '@/components/filter-bar';
import { IconArrowsExchange } from '@/components/icons';
import { PageHeader } from '@/components/page-header';
import { PagedList } from '@/components/paged-list';
import { useUrlState } from '@/lib/url-state';
import { ComparableRunsDocument, CompareDocument } from './compare.generated';
import { DifferenceRows } from './difference-rows';
import { SideField } from './side-field';
import { exchanged, FIELDS, isComparable, totalOf, variablesOf } from './state';
import { Summary } from './summary';

const PAGE_SIZE = 50;
const WEEK = 7 * 86_400_000;

/** An endpoint's catalog as two runs left it, or at two moments. */
export default function ComparePage() {
  const [state, change] = useUrlState(FIELDS);
  const { endpoint, from, fromRun, to, toRun, open, trail } = state;
  const runs = useLive(
    ComparableRunsDocument,
    { filter: { endpointId: endpoint, statuses: ['SUCCEEDED', 'PARTIAL'] } },
    { enabled: endpoint !== '' },
  );
  const known = endpoint === '' || runs.isStale ? [] : (runs.data?.collectionRuns ?? []);
  const isReady = isComparable(state);
  const live = useLive(CompareDocument, variablesOf(state), { enabled: isReady });
  const answered = live.isStale ? undefined : live.data?.compareCatalog;
  const [, before] = known;
  return (
    <>
      <PageHeader
        title="Compare"
        parent={{ to: '/changes', label: 'Changes' }}
        description="What differs in an endpoint’s catalog between two runs, or two moments."
      />
      <FilterBar label="What to compare" onReset={null}>
        <EndpointSelect
          w={240}
          placeholder="Choose one"
          clearable={false}
          value={endpoint}
          onChange={(id) => change({ endpoint: id, from: null, fromRun: '', to: null, toRun: '', trail: [] })}
        />
        {endpoint !== '' && (
          <>
            <SideField
              label="From"
              side={{ run: fromRun, moment: from }}
              onChange={({ run, moment }) => change({ fromRun: run, from: moment, trail: [] })}
              runs={known}
              answered={answered?.from}
            />
            <SideField
              label="To"
              side={{ run: toRun, moment: to }}
              onChange={({ run, moment }) => change({ toRun: run, to: moment, trail: [] })}
              runs={known}
              answered={answered?.to}
              canBeNow
              error={live.error && isBefore(live.error) ? 'This is before the other side.' : undefined}
            />
            {isReady && (to !== null || toRun !== '') && (
              <Button
                variant="default"
                leftSection={<IconArrowsExchange size={16} />}
                onClick={() => change({ ...exchanged(state), trail: [] })}
              >
                Swap
              </Button>
            )}
          </>
        )}
      </FilterBar>
      {isReady ? (
        <PagedList
          live={live}
          pageOf={({ compareCatalog }) => ({ ...compareCatalog, totalCount: totalOf(compareCatalog) })}
          pageSize={PAGE_SIZE}
          noun="dataset"
          trail={trail}
          onTrail={(next) => change({ trail: next })}
          nothingYet={<EmptyState title="No differences">Both sides hold the same datasets.</EmptyState>}
        >
          {(differences) => (
            <>
              {answered && (
                <Summary comparison={answered} isOpen={open} onOpen={(isOpen) => change({ open: isOpen })} />
              )}
              <DifferenceRows differences={differences} areOpen={open} />
            </>
          )}
        </PagedList>
      ) : (
        <EmptyState
          title={endpoint === '' ? 'Choose an endpoint' : 'Choose where to begin'}
          action={
            endpoint !== '' && (
              <Button.Group>
                {before && (
                  <Button variant="default" onClick={() => change({ fromRun: before.id })}>
                    The run before the last
                  </Button>
                )}
                <Button
                  variant="default"
                  onClick={() => change({ from: new Date(Date.now() - WEEK).toISOString() })}
                >
                  A week ago
                </Button>
              </Button.Group>
            )
          }
        >
          {endpoint === ''
            ? 'Its catalog is then compared with what it was.'
            : 'With a run, or a moment; the other side is now unless you choose another.'}
        </EmptyState>
      )}
    </>
  );
}

/** Whether the later side was refused for not being the later one. */
function isBefore({ code, extra }: ApiError): boolean {
  const { fields } = extra;
  return code === 'E_BAD_INPUT' && typeof fields === 'object' && fields !== null && 'to' in fields;
}
