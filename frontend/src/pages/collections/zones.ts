/** Names that older browsers know under a former spelling only. */
const RENAMED = [
  'America/Nuuk',
  'Asia/Ho_Chi_Minh',
  'Asia/Kathmandu',
  'Asia/Kolkata',
  'Asia/Yangon',
  'Europe/Kyiv',
];

/** The name of every time zone, UTC first. */
export function allZones(): readonly string[] {
  const names = new Set([...Intl.supportedValuesOf('timeZone'), ...RENAMED]);
  names.delete('UTC');
  return ['UTC', ...[...names].sort()];
}

/** Whether `name` is a time zone, also one that no list shows. */
export function isZone(name: string): boolean {
  if (!/^[A-Za-z]/.test(name)) return false;
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

/**
 * The zones that hold every word of `search`, those that begin with it first; a zone's exact name is found even
 * when it is in no list.
 */
export function matchingZones(zones: readonly string[], search: string, limit: number): readonly string[] {
  const typed = search.trim();
  const words = plain(typed).split(' ').filter(Boolean);
  const found = zones.filter((zone) => words.every((word) => plain(zone).includes(word)));
  const isFirst = (zone: string) => plain(zone.slice(zone.lastIndexOf('/') + 1)).startsWith(plain(typed));
  const ranked = [...found.filter(isFirst), ...found.filter((zone) => !isFirst(zone))];
  const named = ranked.length === 0 && isZone(typed) ? [typed] : ranked;
  return named.slice(0, limit);
}

/** How far the zone is from UTC at `moment`, in the words of a clock: “GMT+1”. */
export function zoneOffset(zone: string, moment: Date): string {
  const parts = new Intl.DateTimeFormat('en', { timeZone: zone, timeZoneName: 'shortOffset' }).formatToParts(
    moment,
  );
  return parts.find(({ type }) => type === 'timeZoneName')?.value ?? '';
}

function plain(text: string): string {
  return text.toLowerCase().replace(/[_/\s]+/g, ' ');
}
