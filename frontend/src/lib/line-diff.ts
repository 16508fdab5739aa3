/** A line of two texts laid over each other; `gap` stands for lines that are the same in both. */
export interface DiffLine {
  readonly kind: 'same' | 'before' | 'after' | 'gap';
  readonly text: string;
}

// as many steps are taken before a blink becomes a wait; then the middle counts as replaced
const MAX_STEPS = 4_000_000;
const CONTEXT = 3;

/** The lines of both texts, each once where they are the same, in order. */
export function diffLines(before: string, after: string): readonly DiffLine[] {
  const was = before.split('\n');
  const is = after.split('\n');
  const shortest = Math.min(was.length, is.length);
  let head = 0;
  while (head < shortest && was[head] === is[head]) head += 1;
  let tail = 0;
  while (tail < shortest - head && was.at(-1 - tail) === is.at(-1 - tail)) tail += 1;
  return [
    ...was.slice(0, head).map(same),
    ...diffMiddle(was.slice(head, was.length - tail), is.slice(head, is.length - tail)),
    ...was.slice(was.length - tail).map(same),
  ];
}

/** The same without the lines that are further than a few from what differs. */
export function withoutFar(lines: readonly DiffLine[]): readonly DiffLine[] {
  const isNear = lines.map(() => false);
  lines.forEach(({ kind }, index) => {
    if (kind !== 'same') isNear.fill(true, Math.max(0, index - CONTEXT), index + CONTEXT + 1);
  });
  return lines.flatMap((line, index): DiffLine[] => {
    if (isNear[index]) return [line];
    return index === 0 || isNear[index - 1] ? [{ kind: 'gap', text: '…' }] : [];
  });
}

/** By the longest common sequence of lines. */
function diffMiddle(was: readonly string[], is: readonly string[]): readonly DiffLine[] {
  if (was.length * is.length > MAX_STEPS) return [...was.map(gone), ...is.map(come)];
  const lengths = commonLengths(was, is);
  const lengthAt = (left: number, right: number) => lengths[left]?.[right] ?? 0;
  const lines: DiffLine[] = [];
  let left = 0;
  let right = 0;
  while (left < was.length && right < is.length) {
    const text = was[left] as string;
    if (text === is[right]) {
      lines.push(same(text));
      left += 1;
      right += 1;
    } else if (lengthAt(left + 1, right) >= lengthAt(left, right + 1)) {
      lines.push(gone(text));
      left += 1;
    } else {
      lines.push(come(is[right] as string));
      right += 1;
    }
  }
  return [...lines, ...was.slice(left).map(gone), ...is.slice(right).map(come)];
}

/** How long the longest common sequence is from each pair of places on. */
function commonLengths(was: readonly string[], is: readonly string[]): readonly Uint32Array[] {
  const lengths = Array.from({ length: was.length + 1 }, () => new Uint32Array(is.length + 1));
  for (let left = was.length - 1; left >= 0; left -= 1) {
    const row = lengths[left] as Uint32Array;
    const below = lengths[left + 1] as Uint32Array;
    for (let right = is.length - 1; right >= 0; right -= 1) {
      row[right] =
        was[left] === is[right]
          ? (below[right + 1] ?? 0) + 1
          : Math.max(below[right] ?? 0, row[right + 1] ?? 0);
    }
  }
  return lengths;
}

const same = (text: string): DiffLine => ({ kind: 'same', text });
const gone = (text: string): DiffLine => ({ kind: 'before', text });
const come = (text: string): DiffLine => ({ kind: 'after', text });
