import { count } from '@/lib/numbers';
import classes from './run.module.css';

interface ChangeCountsProps {
  readonly stats: { readonly added: number; readonly changed: number; readonly removed: number } | null;
}

const KINDS = [
  ['added', '+'],
  ['changed', '~'],
  ['removed', '−'],
] as const;

/** “+3 ~1 −0”: what a run found added, changed and removed. */
export function ChangeCounts({ stats }: ChangeCountsProps) {
  if (stats === null) return <span className={classes.none}>–</span>;
  return (
    <span className={classes.counts}>
      {KINDS.map(([kind, sign]) => (
        <span
          key={kind}
          className={stats[kind] === 0 ? classes.none : classes[kind]}
          title={`${count(stats[kind])} ${kind}`}
        >
          {sign}
          {count(stats[kind])}
        </span>
      ))}
    </span>
  );
}
