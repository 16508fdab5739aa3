import { Link } from 'react-router';
import { IconAlertTriangle } from '@/components/icons';
import { count } from '@/lib/numbers';
import type { OverviewQuery } from './overview.generated';
import classes from './overview.module.css';
import { countOf } from './summary';

type Overview = OverviewQuery['overview'];

/** The state of everything in five numbers. */
export function Counters({ overview }: { readonly overview: Overview }) {
  const { last24h, endpointsTotal, endpointsFailing, runsQueued, runsRunning } = overview;
  const { datasetsTotal, changesTotal, changesBreaking } = overview;
  const failed = countOf(last24h, 'FAILED');
  const partial = countOf(last24h, 'PARTIAL');
  const total = last24h.reduce((sum, { count }) => sum + count, 0);
  return (
    <div className={classes.counters}>
      <Counter to="/endpoints" label="Endpoints" value={endpointsTotal} isBad={endpointsFailing > 0}>
        {endpointsFailing > 0 ? `${count(endpointsFailing)} failing` : 'none failing'}
      </Counter>
      <Counter to="/collections" label="Runs, 24 h" value={total} isBad={failed + partial > 0}>
        {failed + partial > 0 ? `${count(failed)} failed, ${count(partial)} partial` : 'none failed'}
      </Counter>
      <Counter to="/collections" label="Running" value={runsRunning}>
        {count(runsQueued)} queued
      </Counter>
      <Counter to="/changes?range=24h" label="Changes, 24 h" value={changesTotal} isBad={changesBreaking > 0}>
        {count(changesBreaking)} breaking
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
  readonly isBad?: boolean;
  readonly children: React.ReactNode;
}

function Counter({ to, label, value, isBad = false, children }: CounterProps) {
  return (
    <Link to={to} className={classes.counter}>
      <span className={classes.counterLabel}>{label}</span>
      <span className={classes.counterValue}>{count(value)}</span>
      <span className={classes.counterMore} data-bad={isBad || undefined}>
        {isBad && <IconAlertTriangle size={13} aria-hidden />}
        {children}
      </span>
    </Link>
  );
}
