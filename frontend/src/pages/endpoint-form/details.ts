/** What people say about an endpoint, apart from how it is connected to. */
export interface Details {
  readonly name: string;
  readonly description: string;
  readonly domain: string;
  readonly labels: readonly string[];
  /** Only for a new endpoint: it cannot be changed. */
  readonly sourceId: string;
}

interface Stored {
  readonly name: string;
  readonly description: string | null;
  readonly domain: string | null;
  readonly labels: readonly string[];
  readonly sourceId: string;
}

/** What the form shows at first. */
export function initialDetails(stored: Stored | null, defaultLabels: readonly string[]): Details {
  if (stored === null) return { name: '', description: '', domain: '', labels: defaultLabels, sourceId: '' };
  const { name, description, domain, labels, sourceId } = stored;
  return { name, description: description ?? '', domain: domain ?? '', labels, sourceId };
}

/** The details of an endpoint to register; what was left empty is not given. */
export function newDetails({ name, description, domain, labels, sourceId }: Details) {
  return {
    name: name.trim(),
    description: description.trim() || null,
    domain: domain.trim() || null,
    labels,
    sourceId: sourceId.trim() || null,
  };
}

/** The details of an endpoint that is there; what was emptied is cleared. */
export function changedDetails(details: Details) {
  const { sourceId: _, ...patch } = newDetails(details);
  return patch;
}
