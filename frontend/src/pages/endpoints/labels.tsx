import { Badge } from '@mantine/core';
import classes from './endpoints.module.css';

const SHOWN = 3;

/** Some labels, all of them on hover. */
export function Labels({ labels }: { readonly labels: readonly string[] }) {
  const more = labels.length - SHOWN;
  return (
    <div className={classes.labels} title={labels.join(', ')}>
      {labels.slice(0, SHOWN).map((label) => (
        <Badge key={label} variant="light" color="gray" tt="none" fw={500} className={classes.label}>
          <bdi>{label}</bdi>
        </Badge>
      ))}
      {more > 0 && <span className={classes.more}>+{more}</span>}
    </div>
  );
}
