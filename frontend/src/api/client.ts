import { Client, cacheExchange, fetchExchange, mapExchange } from '@urql/core';
import type { Connection } from './connection';
import { type ApiError, fromCombined } from './errors';
import { patientFetch } from './http';

/**
 * What speaks GraphQL for one session, and remembers answers for as long as that lasts.
 * `onError` hears of every refusal.
 */
export function createClient(
  csrfToken: string | null,
  connection: Connection,
  onError: (error: ApiError) => void,
): Client {
  return new Client({
    url: '/graphql',
    preferGetMethod: false,
    fetch: patientFetch,
    fetchOptions: {
      credentials: 'same-origin',
      headers: csrfToken === null ? {} : { 'X-CSRF-Token': csrfToken },
    },
    exchanges: [
      cacheExchange,
      mapExchange({
        onResult({ error }) {
          const met = error === undefined ? undefined : fromCombined(error);
          connection.report(met?.isUnreachable ?? false);
          if (met !== undefined) onError(met);
        },
      }),
      fetchExchange,
    ],
  });
}
