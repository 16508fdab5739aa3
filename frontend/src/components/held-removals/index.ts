export { HeldCard } from './held-card';
export { HeldList } from './held-list';
export { HeldOfRun } from './held-of-run';
export { heldKey, heldTitle, whyHeld } from './words';
