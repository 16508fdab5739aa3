export { BreakingMark, ChangeKindLabel } from './change-kind';
export { ChangesTable } from './changes-table';
export { CHANGE_KINDS, type ChangeKind } from './words';
