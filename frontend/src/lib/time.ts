const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** What formats moments, by its options: making one takes as long as using it fifty times. */
const FORMATS = new Map<string, Intl.DateTimeFormat>();
const VIEWER_ZONE = Intl.DateTimeFormat().resolvedOptions().timeZone;
const RELATIVE = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });
const STEPS: readonly (readonly [Intl.RelativeTimeFormatUnit, number, number])[] = [
  ['second', SECOND, MINUTE],
  ['minute', MINUTE, HOUR],
  ['hour', HOUR, DAY],
  ['day', DAY, 30 * DAY],
  ['month', 30 * DAY, 365 * DAY],
  ['year', 365 * DAY, Number.POSITIVE_INFINITY],
];

/** How far `moment` (ISO 8601) is from `now` (milliseconds), in words: “3 minutes ago”, “in 2 hours”. */
export function relativeTime(moment: string, now: number): string {
  const distance = Date.parse(moment) - now;
  if (Math.abs(distance) < 10 * SECOND) return 'just now';
  const [unit, length] = STEPS.find(([, , limit]) => Math.abs(distance) < limit) ?? ['year', 365 * DAY];
  return RELATIVE.format(Math.trunc(distance / length), unit);
}

/** Milliseconds until the words of `relativeTime` may be others. */
export function untilWordsChange(moment: string, now: number): number {
  const distance = Math.abs(Date.parse(moment) - now);
  if (distance < MINUTE) return SECOND;
  return distance < HOUR ? MINUTE / 2 : HOUR / 2;
}

/** The name of the viewer's time zone, like Europe/Berlin. */
export function viewerZone(): string {
  return VIEWER_ZONE;
}

/** The moment to the second, with its zone: “Mon 23 Nov 2026, 09:05:11 GMT+1 (Europe/Berlin)”. */
export function exactTime(moment: string | number, timeZone = viewerZone()): string {
  const text = format(moment, {
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    timeZoneName: 'short',
    timeZone,
  });
  return `${text} (${timeZone})`;
}

/** The time of day: “09:05”. */
export function clockTime(moment: string | number, timeZone = viewerZone()): string {
  return format(moment, { hour: '2-digit', minute: '2-digit', timeZone });
}

/** The day of the week and the time of day: “Mon 09:05”. */
export function weekdayAndTime(moment: string | number, timeZone = viewerZone()): string {
  return `${weekday(moment, timeZone)} ${clockTime(moment, timeZone)}`;
}

/** The day of the week: “Mon”. */
export function weekday(moment: string | number, timeZone = viewerZone()): string {
  return format(moment, { weekday: 'short', timeZone });
}

/** The day: “23 Nov”. */
export function dayAndMonth(moment: string | number, timeZone = viewerZone()): string {
  return format(moment, { day: 'numeric', month: 'short', timeZone });
}

/** The month: “Nov 2026”. */
export function monthAndYear(moment: string | number, timeZone = viewerZone()): string {
  return format(moment, { month: 'short', year: 'numeric', timeZone });
}

/** Day and time of day, to the minute: “Mon 23 Nov, 09:05”; with the year when that is another one than at `now`. */
export function dayAndTime(moment: string | number, timeZone = viewerZone(), now = Date.now()): string {
  const isThisYear = new Date(moment).getFullYear() === new Date(now).getFullYear();
  return format(moment, {
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    ...(!isThisYear && { year: 'numeric' }),
    hour: '2-digit',
    minute: '2-digit',
    timeZone,
  });
}

function format(moment: string | number, options: Intl.DateTimeFormatOptions): string {
  const key = JSON.stringify(options);
  const known = FORMATS.get(key) ?? new Intl.DateTimeFormat('en-GB', options);
  FORMATS.set(key, known);
  return known.format(new Date(moment));
}
