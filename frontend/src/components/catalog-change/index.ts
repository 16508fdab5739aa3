export { BreakingMark, ChangeKindLabel } from './change-kind';
export { ChangeValues } from './change-values';
export { ChangesTable } from './changes-table';
export { CHANGE_KINDS, type ChangeKind } from './words';
