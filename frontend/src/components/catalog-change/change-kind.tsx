import { IconAlertTriangle, IconColumns, IconKey, IconTable } from '../icons';
import classes from './change-kind.module.css';
import { CHANGE_KINDS, type ChangeKind } from './words';

/** What kind of difference it is, with what it is about as a picture. */
export function ChangeKindLabel({ kind }: { readonly kind: ChangeKind }) {
  const Icon = iconOf(kind);
  return (
    <span className={classes.kind}>
      <Icon className={classes.icon} size={16} stroke={1.8} aria-hidden />
      {CHANGE_KINDS[kind]}
    </span>
  );
}

function iconOf(kind: ChangeKind) {
  if (kind === 'KEY_CHANGED') return IconKey;
  return kind.startsWith('COLUMN') ? IconColumns : IconTable;
}

/** Marks what those who read the dataset can trip over. */
export function BreakingMark() {
  return (
    <span className={classes.breaking} title="Can break those who read the dataset">
      <IconAlertTriangle size={13} stroke={2.2} aria-hidden />
      Breaking
    </span>
  );
}
