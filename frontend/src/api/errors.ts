import type { CombinedError } from '@urql/core';

/** The server could not be reached, or what answered was not Muster. */
export const E_UNREACHABLE = 'E_UNREACHABLE';

/** What went wrong, as the server says it: a sentence, a code to look up, and what comes with the code. */
export class ApiError extends Error {
  readonly code: string;
  readonly extra: Readonly<Record<string, unknown>>;

  constructor(code: string, message: string, extra: Readonly<Record<string, unknown>> = {}) {
    super(message);
    this.name = 'ApiError';
    this.code = code;
    this.extra = extra;
  }

  get isAuthRequired(): boolean {
    return this.code === 'E_AUTH_REQUIRED';
  }

  get isUnreachable(): boolean {
    return this.code === E_UNREACHABLE;
  }
}

export function unreachable(): ApiError {
  return new ApiError(E_UNREACHABLE, 'Muster does not answer. Trying again by itself.');
}

/** The first error of a GraphQL answer; a failed request is “unreachable”. */
export function fromCombined(error: CombinedError): ApiError {
  const [first] = error.graphQLErrors;
  return first === undefined ? unreachable() : fromGraphQL(first.message, first.extensions);
}

/** The error in a JSON body of the shape that Muster refuses requests with. */
export function fromBody(body: unknown): ApiError {
  const errors = isRecord(body) ? body.errors : undefined;
  const first: unknown = Array.isArray(errors) ? errors[0] : undefined;
  if (!isRecord(first) || typeof first.message !== 'string') return unreachable();
  return fromGraphQL(first.message, isRecord(first.extensions) ? first.extensions : {});
}

function fromGraphQL(message: string, extensions: Readonly<Record<string, unknown>>): ApiError {
  const { code, ...extra } = extensions;
  return new ApiError(typeof code === 'string' ? code : 'E_INTERNAL', message, extra);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
