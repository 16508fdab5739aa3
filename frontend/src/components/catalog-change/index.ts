export { BreakingMark, ChangeKindLabel } from './change-kind';
export { ChangeValues } from './change-values';
export { CHANGE_KINDS, type ChangeKind } from './words';
