import { IconCode, IconDatabase, IconEye, IconFile, IconLink, IconList, IconTable } from '../icons';
import classes from './dataset-kind.module.css';

/** The kinds of datasets, as filters list them. */
export const DATASET_KINDS = [
  'TABLE',
  'VIEW',
  'MATERIALIZED_VIEW',
  'FOREIGN_TABLE',
  'FILE',
  'API_OPERATION',
  'TOPIC',
  'MODEL',
] as const;
export type DatasetKind = (typeof DATASET_KINDS)[number];

/** Each kind in words and as a picture. */
export const KIND_LOOKS = {
  TABLE: { label: 'Table', icon: IconTable },
  VIEW: { label: 'View', icon: IconEye },
  MATERIALIZED_VIEW: { label: 'Materialized view', icon: IconDatabase },
  FOREIGN_TABLE: { label: 'Foreign table', icon: IconLink },
  FILE: { label: 'File', icon: IconFile },
  API_OPERATION: { label: 'API operation', icon: IconCode },
  TOPIC: { label: 'Topic', icon: IconList },
  MODEL: { label: 'Model', icon: IconCode },
} as const satisfies Record<DatasetKind, object>;

/** What a dataset is. */
export function DatasetKindLabel({ kind }: { readonly kind: DatasetKind }) {
  const { label, icon: Icon } = KIND_LOOKS[kind];
  return (
    <span className={classes.kind}>
      <Icon className={classes.icon} size={16} stroke={1.7} aria-hidden />
      {label}
    </span>
  );
}
