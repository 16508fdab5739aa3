/** What a failure means and what to do about it. */
export interface Advice {
  /** What went wrong, in a few words. */
  readonly cause: string;
  /** The next step. */
  readonly next: string;
  /** Where the next step is taken: the endpoint's connection, or another run. */
  readonly where: 'connection' | 'again';
}

const ADVICE: Readonly<Record<string, Advice>> = {
  SOURCE_AUTH_FAILED: {
    cause: 'The source refused the user name or password',
    next: 'Put the right ones into the endpoint, test the connection, then run it again.',
    where: 'connection',
  },
  SOURCE_HOST_UNKNOWN: {
    cause: 'No machine has that host name',
    next: 'Check the host name in the endpoint, and that the worker’s name servers know it.',
    where: 'connection',
  },
  SOURCE_REFUSED: {
    cause: 'The source takes no connections',
    next: 'See that the source is up and has connections left, and check host and port in the endpoint.',
    where: 'connection',
  },
  SOURCE_TIMEOUT: {
    cause: 'The source did not answer in time',
    next: 'See whether a firewall stands between, or the source is busy; then run it again.',
    where: 'again',
  },
  SOURCE_NOT_FOUND: {
    cause: 'The database or file is not there',
    next: 'Check its name or path in the endpoint.',
    where: 'connection',
  },
  SOURCE_PERMISSION_DENIED: {
    cause: 'The account may not read the source',
    next: 'Have the GRANT script of the endpoint’s form run at the source, then run it again.',
    where: 'connection',
  },
  SOURCE_TLS_FAILED: {
    cause: 'No safe connection could be agreed on',
    next: 'Check the encryption settings and certificates in the endpoint.',
    where: 'connection',
  },
  SOURCE_CONNECTION_LOST: {
    cause: 'The connection broke while reading',
    next: 'Run it again. If it happens again, look at the source’s own log.',
    where: 'again',
  },
  SOURCE_ERROR: {
    cause: 'The source answered with an error',
    next: 'Read the sentence above and the run’s log, mend it at the source, then run it again.',
    where: 'again',
  },
  SOURCE_NOT_ALLOWED: {
    cause: 'Muster may not connect to that address',
    next: 'Use an address that this installation allows, or ask an administrator to allow it.',
    where: 'connection',
  },
  BAD_CONFIG: {
    cause: 'The endpoint’s settings cannot be used',
    next: 'Open the endpoint, correct what is named above and test the connection.',
    where: 'connection',
  },
  MEMORY_LIMIT: {
    cause: 'The collection needed more memory than a run may use',
    next: 'Restrict the endpoint to fewer schemas, or ask an administrator to raise the limit.',
    where: 'connection',
  },
  TIME_LIMIT: {
    cause: 'The collection took longer than a run may take',
    next: 'Restrict the endpoint to fewer schemas, or run it when the source is less busy.',
    where: 'connection',
  },
  COLLECTOR_CRASHED: {
    cause: 'The collector ended unexpectedly',
    next: 'Run it again. If it happens again, give the run’s number to an administrator.',
    where: 'again',
  },
  STAGING_FAILED: {
    cause: 'What was read could not be kept for storing',
    next: 'See that the worker’s disk is not full, then run it again.',
    where: 'again',
  },
  STAGING_INCOMPLETE: {
    cause: 'Part of what was read was missing when it was to be stored',
    next: 'Nothing was stored. Run it again.',
    where: 'again',
  },
  PERSIST_FAILED: {
    cause: 'What was read could not be stored',
    next: 'Nothing was stored. See that Muster’s database is well, then run it again.',
    where: 'again',
  },
  WORKFLOW_LOST: {
    cause: 'Temporal no longer knows this run',
    next: 'Run it again. If it happens again, an administrator should look at Temporal.',
    where: 'again',
  },
  INTERNAL: {
    cause: 'Something unforeseen happened in Muster',
    next: 'Run it again. If it happens again, give the run’s number to an administrator.',
    where: 'again',
  },
};

export const KNOWN_ERROR_CODES: readonly string[] = Object.keys(ADVICE);

const UNKNOWN: Advice = {
  cause: 'The run failed',
  next: 'Read the sentence above and the run’s log, then run it again.',
  where: 'again',
};

/** What to do about a failed run's error code. */
export function adviceFor(code: string | null): Advice {
  return (code !== null && Object.hasOwn(ADVICE, code) && ADVICE[code]) || UNKNOWN;
}
