import { describe, expect, it } from 'vitest';
import { type Link, layersAround } from './layers';
import { layoutAround } from './layout';
import { crossings, ordered } from './order';

const links = (...pairs: readonly string[]): Link[] =>
  pairs.map((pair) => {
    const [fromId = '', toId = ''] = pair.split('>');
    return { fromId, toId };
  });
const SIZES = { width: 100, height: 40, gapX: 50, gapY: 10 };
const upstreamOf =
  (...ids: readonly string[]) =>
  (id: string) =>
    ids.includes(id) ? -1 : 1;

describe('layersAround', () => {
  it('lets links go from lower to higher layers, by the longest way', () => {
    const layers = layersAround(
      'c',
      ['a', 'b', 'd', 'e'],
      links('a>b', 'b>c', 'a>c', 'c>d', 'd>e', 'c>e'),
      upstreamOf('a', 'b'),
    );
    expect(Object.fromEntries(layers)).toEqual({ a: -2, b: -1, c: 0, d: 1, e: 2 });
  });

  it('comes to an end in circles, and places what nothing connects', () => {
    const layers = layersAround(
      'c',
      ['a', 'b', 'x'],
      links('a>b', 'b>a', 'b>c', 'c>b'),
      upstreamOf('a', 'b'),
    );
    expect(layers.get('b')).toBe(-1);
    expect(layers.get('a')).toBe(-2);
    expect(layers.get('x')).toBe(1);
  });
});

describe('ordered', () => {
  it('undoes crossings', () => {
    const layers = [
      ['a', 'b', 'c'],
      ['x', 'y', 'z'],
    ];
    const crossed = links('a>z', 'b>y', 'c>x');
    expect(crossings(layers, crossed)).toBe(3);
    expect(crossings(ordered(layers, crossed), crossed)).toBe(0);
  });
});

describe('layoutAround', () => {
  const ids = ['c', 'a', 'b', 'd', 'e', 'f'];
  const edges = links('a>c', 'b>c', 'c>d', 'c>e', 'd>f', 'c>f', 'b>f');
  const layout = layoutAround('c', ids, edges, upstreamOf('a', 'b'), SIZES);

  it('puts no node on another', () => {
    const places = [...layout.places.values()];
    places.forEach((one, index) => {
      for (const other of places.slice(index + 1)) {
        const apart = Math.abs(one.x - other.x) >= SIZES.width || Math.abs(one.y - other.y) >= SIZES.height;
        expect(apart).toBe(true);
      }
    });
  });

  it('stands in layers, within its size, the same whatever comes first', () => {
    expect(layout.places.get('a')?.x).toBe(0);
    expect(layout.places.get('c')?.x).toBe(150);
    expect(layout.places.get('f')?.x).toBe(450);
    expect(layout.width).toBe(550);
    for (const { x, y } of layout.places.values()) {
      expect(x).toBeGreaterThanOrEqual(0);
      expect(y).toBeGreaterThanOrEqual(0);
      expect(y + SIZES.height).toBeLessThanOrEqual(layout.height);
    }
    const other = layoutAround('c', ids.toReversed(), edges, upstreamOf('a', 'b'), SIZES);
    expect(Object.fromEntries(other.places)).toEqual(Object.fromEntries(layout.places));
  });

  it('leads each edge from the one side to the other, past what lies between', () => {
    const long = layout.routes.find(({ edge }) => edge.fromId === 'b' && edge.toId === 'f');
    const start = layout.places.get('b');
    const end = layout.places.get('f');
    expect(long?.points.at(0)).toEqual({ x: (start?.x ?? 0) + 100, y: (start?.y ?? 0) + 20 });
    expect(long?.points.at(-1)).toEqual({ x: end?.x, y: (end?.y ?? 0) + 20 });
    expect(long?.points).toHaveLength(6);
  });

  it('stands alone when there is nothing around', () => {
    const alone = layoutAround('c', ['c'], [], upstreamOf(), SIZES);
    expect(alone).toMatchObject({ width: 100, height: 40, routes: [] });
    expect(alone.places.get('c')).toEqual({ x: 0, y: 0 });
  });

  it('has room for two hundred nodes', () => {
    const many = Array.from({ length: 200 }, (_, index) => `n${index}`);
    const web = many.flatMap((id, index) => links(`${id}>${many[Math.floor(index / 3)]}`, `${id}>c`));
    const layout = layoutAround('c', ['c', ...many], web, upstreamOf(...many), SIZES);
    const taken = [...layout.places.values()].map(({ x, y }) => `${x} ${y}`);
    expect(new Set(taken).size).toBe(201);
  });
});
