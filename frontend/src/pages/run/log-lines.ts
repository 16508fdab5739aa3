export const LOG_PAGE = 200;
/** So many lines are fetched without being asked for. */
export const LOG_AHEAD = 2000;

export interface LogLine {
  readonly id: string;
  readonly at: string;
  readonly level: string;
  readonly message: string;
  readonly fields: unknown;
}

export interface Log {
  readonly lines: readonly LogLine[];
  /** Whether the newest line has been reached, as of the last answer. */
  readonly isAtEnd: boolean;
}

export const EMPTY_LOG: Log = { lines: [], isAtEnd: false };

/** The log with another page behind it; lines that are there already are left out. */
export function withPage(log: Log, page: readonly LogLine[]): Log {
  const known = new Set(log.lines.slice(-LOG_PAGE).map(({ id }) => id));
  const fresh = page.filter(({ id }) => !known.has(id));
  const isAtEnd = page.length < LOG_PAGE;
  if (fresh.length === 0 && isAtEnd === log.isAtEnd) return log;
  return { lines: fresh.length === 0 ? log.lines : [...log.lines, ...fresh], isAtEnd };
}

/** A line's details in one line of text: `table=public.orders attempt=2`. */
export function fieldsText(fields: unknown): string {
  if (fields === null || fields === undefined) return '';
  if (typeof fields !== 'object' || Array.isArray(fields)) return JSON.stringify(fields);
  return Object.entries(fields)
    .map(([key, value]) => `${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join(' ');
}
