interface Part {
  /** Where it begins. */
  readonly at: number;
  readonly text: string;
  readonly isFound: boolean;
}

type Range = readonly [from: number, to: number];

const SEPARATOR = /[-_.\s]/;
const BETWEEN_WORDS = /[^\p{L}\p{N}]+/u;
const IN_WORD = /[\p{L}\p{N}]/u;
const SHORTEST_WORD = 2;
const LEAD = 16;

/**
 * `text` cut where `search` stands in it, as the server looks for it: without regard to case, hyphens, underscores,
 * dots and spaces. Where the whole of it does not stand, its words count, at the beginnings of words.
 */
export function partsOf(text: string, search: string): readonly Part[] {
  const parts: Part[] = [];
  let at = 0;
  for (const [from, to] of rangesOf(text, search)) {
    if (from > at) parts.push({ at, text: text.slice(at, from), isFound: false });
    parts.push({ at: from, text: text.slice(from, to), isFound: true });
    at = to;
  }
  return at < text.length || parts.length === 0
    ? [...parts, { at, text: text.slice(at), isFound: false }]
    : parts;
}

/** `text` from a little before the first place that `search` stands at: “… what the customer says”. */
export function excerptOf(text: string, search: string): string {
  const first = rangesOf(text, search)[0]?.[0] ?? 0;
  if (first <= LEAD) return text;
  // from the beginning of a word, when one begins there
  const begin = text.slice(first - LEAD, first).search(/\s\S/);
  return `… ${text.slice(first - LEAD + Math.max(0, begin)).trimStart()}`;
}

function rangesOf(text: string, search: string): readonly Range[] {
  const whole = placesOf(text, search, () => true);
  if (whole.length > 0) return whole;
  const words = search.split(BETWEEN_WORDS).filter((word) => word.length >= SHORTEST_WORD);
  const places = words.flatMap((word) => placesOf(text, word, (at) => beginsWord(text, at)));
  return places.sort(([a], [b]) => a - b).filter(([from], index) => from >= (places[index - 1]?.[1] ?? 0));
}

function placesOf(text: string, search: string, isPlace: (at: number) => boolean): Range[] {
  const wanted = plain(search).letters;
  const { letters, origins } = plain(text);
  const places: Range[] = [];
  if (wanted === '') return places;
  let at = letters.indexOf(wanted);
  while (at >= 0) {
    const from = origins[at] ?? 0;
    const to = (origins[at + wanted.length - 1] ?? from) + 1;
    const isTaken = isPlace(from);
    if (isTaken) places.push([from, to]);
    at = letters.indexOf(wanted, at + (isTaken ? wanted.length : 1));
  }
  return places;
}

/** The letters that count, in small, and where in `text` each of them comes from. */
function plain(text: string): { readonly letters: string; readonly origins: readonly number[] } {
  let letters = '';
  const origins: number[] = [];
  for (let at = 0; at < text.length; at += 1) {
    const letter = text.charAt(at);
    if (SEPARATOR.test(letter)) continue;
    // a letter may have a longer small form
    for (const small of letter.toLowerCase().split('')) {
      letters += small;
      origins.push(at);
    }
  }
  return { letters, origins };
}

function beginsWord(text: string, at: number): boolean {
  return at === 0 || !IN_WORD.test(text.charAt(at - 1));
}
