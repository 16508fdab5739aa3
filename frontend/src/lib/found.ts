interface Part {
  /** Where it begins. */
  readonly at: number;
  readonly text: string;
  readonly isFound: boolean;
}

/** `text` cut where `search` stands in it, in any case. */
export function partsOf(text: string, search: string): readonly Part[] {
  const wanted = search.trim().toLowerCase();
  const lower = text.toLowerCase();
  // a letter may have a longer small form: then the places would not be the same
  if (wanted === '' || lower.length !== text.length) return [{ at: 0, text, isFound: false }];
  const parts: Part[] = [];
  let from = 0;
  for (let at = lower.indexOf(wanted); at >= 0; at = lower.indexOf(wanted, from)) {
    if (at > from) parts.push({ at: from, text: text.slice(from, at), isFound: false });
    from = at + wanted.length;
    parts.push({ at, text: text.slice(at, from), isFound: true });
  }
  return from < text.length ? [...parts, { at: from, text: text.slice(from), isFound: false }] : parts;
}
