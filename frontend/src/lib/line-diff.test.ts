import { describe, expect, it } from 'vitest';
import { diffLines, withoutFar } from './line-diff';

const SIGNS = { same: ' ', before: '-', after: '+', gap: '@' } as const;
const signed = (lines: ReturnType<typeof diffLines>) => lines.map(({ kind, text }) => SIGNS[kind] + text);

describe('diffLines', () => {
  it('keeps what is the same once, and puts what came after what went', () => {
    expect(signed(diffLines('a\nb\nc\nd', 'a\nx\nc\nd\ne'))).toEqual([' a', '-b', '+x', ' c', ' d', '+e']);
  });

  it('finds lines that stayed between others', () => {
    expect(signed(diffLines('select\n a\n b\nfrom t', 'select\n b\n c\nfrom t'))).toEqual([
      ' select',
      '- a',
      '  b',
      '+ c',
      ' from t',
    ]);
  });

  it('is quick with texts that have nothing in common', () => {
    const before = Array.from({ length: 9000 }, (_, line) => `old ${line}`).join('\n');
    const after = Array.from({ length: 9000 }, (_, line) => `new ${line}`).join('\n');
    expect(diffLines(before, after)).toHaveLength(18_000);
  });
});

describe('withoutFar', () => {
  it('leaves three lines around what differs', () => {
    const before = 'abcdefghijklmnop'.split('').join('\n');
    const lines = signed(withoutFar(diffLines(before, before.replace('h', 'H'))));
    expect(lines).toEqual(['@…', ' e', ' f', ' g', '-h', '+H', ' i', ' j', ' k', '@…']);
  });
});
