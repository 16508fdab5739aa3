export { AsOfBanner } from './as-of-banner';
export type { AsOfPick } from './as-of-form';
export { AsOfPicker } from './as-of-picker';
