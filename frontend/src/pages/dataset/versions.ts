import type { Version } from './dataset';

export const FEW_VERSIONS = 20;
/** As many as the server gives at once. */
export const MOST_VERSIONS = 200;

/** Two versions to compare, the older first. */
export interface VersionPair {
  readonly before: Version;
  readonly after: Version;
}

/**
 * The versions that an address names by their numbers, the older first whichever way round; no `to` is the newest.
 * null when one of them is not among `versions`.
 */
export function pairOf(versions: readonly Version[], from: string, to: string): VersionPair | null {
  const one = versions.find(({ version }) => String(version) === from);
  const other = to === '' ? versions[0] : versions.find(({ version }) => String(version) === to);
  if (one === undefined || other === undefined) return null;
  return one.version <= other.version ? { before: one, after: other } : { before: other, after: one };
}

/** What runs found changed on the way from the one version to the other. */
export function changesBetween(versions: readonly Version[], { before, after }: VersionPair) {
  return versions
    .filter(({ version }) => version > before.version && version <= after.version)
    .flatMap(({ changes }) => changes);
}

/** The picked numbers with one more; of three, the one that was picked first makes room. */
export function picking(picked: readonly number[], version: number): readonly number[] {
  return picked.includes(version) ? picked.filter((one) => one !== version) : [...picked, version].slice(-2);
}
