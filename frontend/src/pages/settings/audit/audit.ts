import { boundsOf, TIME_RANGES } from '@/lib/time-range';
import { oneOf, text, texts, type UrlValues } from '@/lib/url-state';
import type { AuditEventsQuery, AuditEventsQueryVariables } from '../settings.generated';

export type AuditEvent = AuditEventsQuery['auditEvents']['nodes'][number];

/** What can have been done: the mutations, and what concerns sessions. */
export const ACTIONS = [
  'cancelCollectionRun',
  'createApiToken',
  'createCollection',
  'createSignInLink',
  'deleteCollection',
  'deleteEndpoint',
  'refusalsLeftOut',
  'registerEndpoint',
  'revokeApiToken',
  'signIn',
  'signOut',
  'testEndpoint',
  'triggerCollection',
  'triggerEndpointCollection',
  'unread',
  'updateCollection',
  'updateEndpoint',
] as const;
export const OBJECT_KINDS = ['ENDPOINT', 'COLLECTION', 'RUN', 'API_TOKEN'] as const;
export const OUTCOMES = ['SUCCEEDED', 'REFUSED', 'FAILED'] as const;

/** What the page's address says. */
export const FIELDS = {
  actor: text(),
  action: oneOf(ACTIONS),
  object: oneOf(OBJECT_KINDS),
  outcome: oneOf(OUTCOMES),
  range: oneOf(TIME_RANGES, 'all'),
  since: text(),
  until: text(),
  trail: texts(),
};
export type Filters = UrlValues<typeof FIELDS>;

/** Whether anything is filtered out. */
export function isFiltered({ actor, action, object, outcome, range }: Filters): boolean {
  return actor !== '' || action !== null || object !== null || outcome !== null || range !== 'all';
}

/** The filters as the server takes them. */
export function variablesOf(filters: Filters, now: number): AuditEventsQueryVariables {
  const { actor, action, object, outcome, range, since, until, trail } = filters;
  const bounds = boundsOf(range, now, since, until);
  return {
    filter: { actor: actor.trim() || null, action, objectKind: object, outcome, ...bounds },
    after: trail.at(-1) ?? null,
  };
}

/** Where what it was done to can be seen; null when it has no page. */
export function objectPath({ objectKind, objectId }: AuditEvent): string | null {
  if (objectId === null) return null;
  if (objectKind === 'ENDPOINT') return `/endpoints/${objectId}`;
  return objectKind === 'RUN' ? `/runs/${objectId}` : null;
}

/** One property before and after; undefined where it was not named. */
export interface PropertyChange {
  readonly name: string;
  readonly before: string | undefined;
  readonly after: string | undefined;
}

/** What an event changed, property by property; properties of properties are named with a dot. */
export function propertyChanges(before: unknown, after: unknown): readonly PropertyChange[] {
  const was = flatten(before);
  const is = flatten(after);
  return [...new Set([...was.keys(), ...is.keys()])].map((name) => ({
    name,
    before: was.get(name),
    after: is.get(name),
  }));
}

function flatten(value: unknown, path = ''): ReadonlyMap<string, string> {
  if (value === null || value === undefined) return new Map(path === '' ? [] : [[path, 'none']]);
  if (typeof value !== 'object' || Array.isArray(value)) return new Map([[path || 'value', words(value)]]);
  return new Map(
    Object.entries(value).flatMap(([name, inner]) => [
      ...flatten(inner, path === '' ? name : `${path}.${name}`),
    ]),
  );
}

function words(value: unknown): string {
  if (Array.isArray(value)) return value.length === 0 ? 'none' : value.map(words).join(', ');
  return typeof value === 'string' ? value : JSON.stringify(value);
}
