import { Link } from 'react-router';
import { IconAlertTriangle, IconCircleCheck } from '@/components/icons';
import { count, counted } from '@/lib/numbers';
import type { OverviewQuery } from './overview.generated';
import classes from './overview.module.css';
import { countOf } from './summary';

type Overview = OverviewQuery['overview'];

/** The state of everything in five numbers; each leads to what it counts. */
export function Counters({ overview }: { readonly overview: Overview }) {
  const { last24h, endpointsTotal, endpointsFailing, runsQueued, runsRunning } = overview;
  const { datasetsTotal, changesTotal, changesBreaking } = overview;
  const failed = countOf(last24h, 'FAILED');
  const partial = countOf(last24h, 'PARTIAL');
  const total = last24h.reduce((sum, { count }) => sum + count, 0);
  const isBad = failed + partial > 0;
  return (
    <div className={classes.counters}>
      <Counter
        to="/endpoints"
        label="Failing"
        value={endpointsFailing}
        look={endpointsFailing > 0 ? 'bad' : total > 0 ? 'good' : 'plain'}
      >
        of {counted(endpointsTotal, 'endpoint')}
      </Counter>
      <Counter
        to={`/collections?range=24h${isBad ? '&status=FAILED&status=PARTIAL' : ''}`}
        label="Runs, 24 h"
        value={total}
        isMoreBad={isBad}
      >
        {isBad ? `${count(failed)} failed, ${count(partial)} partial` : 'none failed'}
      </Counter>
      <Counter
        to={`/changes?range=24h${changesBreaking > 0 ? '&breaking=1' : ''}`}
        label="Changes, 24 h"
        value={changesTotal}
        isMoreBad={changesBreaking > 0}
      >
        {count(changesBreaking)} breaking
      </Counter>
      <Counter to="/collections?status=RUNNING&status=QUEUED" label="Running now" value={runsRunning}>
        {count(runsQueued)} queued
      </Counter>
      <Counter to="/catalog" label="Datasets" value={datasetsTotal}>
        in the catalog
      </Counter>
    </div>
  );
}

interface CounterProps {
  readonly to: string;
  readonly label: string;
  readonly value: number;
  readonly look?: 'plain' | 'good' | 'bad';
  /** Whether what stands below the number wants to be seen to. */
  readonly isMoreBad?: boolean;
  readonly children: React.ReactNode;
}

function Counter({ to, label, value, look = 'plain', isMoreBad = false, children }: CounterProps) {
  return (
    <Link to={to} className={classes.counter} data-look={look}>
      <span className={classes.counterLabel}>{label}</span>
      <span className={classes.counterValue}>
        {count(value)}
        {look === 'bad' && <IconAlertTriangle size={19} aria-hidden />}
        {look === 'good' && <IconCircleCheck className={classes.good} size={19} aria-hidden />}
      </span>
      <span className={classes.counterMore} data-bad={isMoreBad || undefined}>
        {isMoreBad && <IconAlertTriangle size={13} aria-hidden />}
        {children}
      </span>
    </Link>
  );
}
