const EVENING_HOUR = 18;

/** The moment, `added` milliseconds later, that a field for local date and time holds; null when it holds none. */
export function momentOf(local: string, added = 0): string | null {
  const moment = Date.parse(local);
  return Number.isNaN(moment) ? null : new Date(moment + added).toISOString();
}

/** What a field for local date and time holds at `moment`, to the minute: “2026-11-23T09:05”. */
export function localOf(moment: string | number): string {
  const date = new Date(moment);
  const day = [String(date.getFullYear()).padStart(4, '0'), pad(date.getMonth() + 1), pad(date.getDate())];
  return `${day.join('-')}T${pad(date.getHours())}:${pad(date.getMinutes())}`;
}

/** Six in the evening of the day before `now`: what runs by night had not begun. */
export function beforeLastNight(now: number): string {
  return evening(now, 1);
}

/** Six in the evening, a week before that of yesterday. */
export function beforeLastWeek(now: number): string {
  return evening(now, 8);
}

function evening(now: number, daysAgo: number): string {
  const date = new Date(now);
  date.setDate(date.getDate() - daysAgo);
  date.setHours(EVENING_HOUR, 0, 0, 0);
  return date.toISOString();
}

function pad(part: number): string {
  return String(part).padStart(2, '0');
}
