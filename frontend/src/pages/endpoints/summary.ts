import type { EndpointsQuery } from './endpoints.generated';

export type ListedEndpoint = EndpointsQuery['endpointsConnection']['nodes'][number];

/** When an endpoint is collected, in words. */
export function scheduleWords({ collections: [collection] }: Pick<ListedEndpoint, 'collections'>): string {
  if (collection === undefined) return 'No collection';
  const words = collection.scheduleDescription ?? 'Manual only';
  return collection.isEnabled ? words : `Disabled · ${words}`;
}

/** The connector's name; its id while names are not known. */
export function kindWords(templateId: string | null, titles: ReadonlyMap<string, string>): string {
  return templateId === null ? 'No connector' : (titles.get(templateId) ?? templateId);
}
