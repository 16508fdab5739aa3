import { type Link, layersAround } from './layers';
import { ordered } from './order';

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Sizes {
  readonly width: number;
  readonly height: number;
  readonly gapX: number;
  readonly gapY: number;
}

export interface Layout<Edge extends Link> {
  /** The upper left corner of each node. */
  readonly places: ReadonlyMap<string, Point>;
  /** The points that each edge goes through, from the right side of its first node to the left side of its last. */
  readonly routes: readonly { readonly edge: Edge; readonly points: readonly Point[] }[];
  readonly width: number;
  readonly height: number;
}

const PASSES = 8;
// what a link that passes by takes of a layer's height, as a part of a node's
const PASSING = 0.35;

/**
 * Where the nodes of a graph around `centerId` stand, in layers from left to right. Links over several layers pass
 * between the nodes of those in the middle. The same graph has the same layout, whatever the order of its nodes.
 */
export function layoutAround<Edge extends Link>(
  centerId: string,
  ids: readonly string[],
  edges: readonly Edge[],
  sideOf: (id: string) => -1 | 1,
  sizes: Sizes,
): Layout<Edge> {
  const drawn = edges.filter(({ fromId, toId }) => fromId !== toId);
  const layerOf = layersAround(centerId, ids, drawn, sideOf);
  const lowest = Math.min(...layerOf.values());
  const layers: string[][] = Array.from({ length: Math.max(...layerOf.values()) - lowest + 1 }, () => []);
  for (const id of [...layerOf.keys()].sort()) layers[(layerOf.get(id) ?? 0) - lowest]?.push(id);

  const passing = new Set<string>();
  const links: Link[] = [];
  const ways = drawn.map((edge) => {
    const start = (layerOf.get(edge.fromId) ?? 0) - lowest;
    const end = (layerOf.get(edge.toId) ?? 0) - lowest;
    const way = [edge.fromId];
    for (let layer = start + 1; layer < end; layer += 1) {
      const id = `${edge.fromId} ${edge.toId} ${layer}`;
      passing.add(id);
      layers[layer]?.push(id);
      way.push(id);
    }
    way.push(edge.toId);
    if (end > start)
      way.slice(1).forEach((toId, index) => void links.push({ fromId: way[index] as string, toId }));
    return { edge, way };
  });

  const heightOf = (id: string) => (passing.has(id) ? sizes.height * PASSING : sizes.height);
  const order = ordered(layers, links);
  const tops = placed(order, links, heightOf, sizes.gapY);
  const leftOf = new Map(
    order.flatMap((layer, index) => layer.map((id) => [id, index * (sizes.width + sizes.gapX)] as const)),
  );
  const corner = (id: string): Point => ({ x: leftOf.get(id) ?? 0, y: tops.get(id) ?? 0 });
  const middle = (id: string) => corner(id).y + heightOf(id) / 2;
  return {
    places: new Map(ids.map((id) => [id, corner(id)])),
    routes: ways.map(({ edge, way }) => ({
      edge,
      points: way.flatMap((id, index) => {
        const { x } = corner(id);
        const left = { x, y: middle(id) };
        const right = { x: x + sizes.width, y: middle(id) };
        if (index === 0) return [right];
        return index === way.length - 1 ? [left] : [left, right];
      }),
    })),
    width: order.length * (sizes.width + sizes.gapX) - sizes.gapX,
    height: Math.max(...[...tops].map(([id, top]) => top + heightOf(id))),
  };
}

/** The upper edge of each node: near to its neighbours, in order, and none on another. */
function placed(
  order: readonly (readonly string[])[],
  links: readonly Link[],
  heightOf: (id: string) => number,
  gap: number,
): ReadonlyMap<string, number> {
  const neighbours = new Map<string, string[]>();
  for (const { fromId, toId } of links) {
    neighbours.set(fromId, [...(neighbours.get(fromId) ?? []), toId]);
    neighbours.set(toId, [...(neighbours.get(toId) ?? []), fromId]);
  }
  const middles = new Map<string, number>();
  for (const layer of order) spread(layer, () => 0, middles, heightOf, gap);
  for (let pass = 0; pass < PASSES; pass += 1) {
    for (const layer of pass % 2 === 0 ? order : order.toReversed()) {
      const wanted = (id: string) => {
        const around = (neighbours.get(id) ?? []).map((one) => middles.get(one) ?? 0);
        return around.length === 0 ? (middles.get(id) ?? 0) : mean(around);
      };
      spread(layer, wanted, middles, heightOf, gap);
    }
  }
  const highest = Math.min(...[...middles].map(([id, middle]) => middle - heightOf(id) / 2));
  return new Map([...middles].map(([id, middle]) => [id, middle - heightOf(id) / 2 - highest]));
}

/** Puts the nodes of a layer as near to where they want to be as their order and their heights allow. */
function spread(
  layer: readonly string[],
  wanted: (id: string) => number,
  middles: Map<string, number>,
  heightOf: (id: string) => number,
  gap: number,
): void {
  // nodes that touch move as one block, to the mean of what its nodes want
  const blocks: Block[] = [];
  for (const id of layer) {
    const want = wanted(id);
    let block: Block = { ids: [id], offsets: [0], sum: want, at: want, span: 0 };
    for (let last = blocks.at(-1); last !== undefined; last = blocks.at(-1)) {
      const apart = (heightOf(last.ids.at(-1) as string) + heightOf(block.ids[0] as string)) / 2 + gap;
      if (last.at + last.span + apart <= block.at) break;
      block = joined(last, block, last.span + apart);
      blocks.pop();
    }
    blocks.push(block);
  }
  for (const { ids, offsets, at } of blocks) {
    ids.forEach((id, index) => void middles.set(id, at + (offsets[index] as number)));
  }
}

interface Block {
  readonly ids: string[];
  /** How far the middle of each is from that of the first. */
  readonly offsets: number[];
  /** Of where each wants to be, less its offset. */
  readonly sum: number;
  /** The middle of the first. */
  readonly at: number;
  /** How far the middle of the last is from that of the first. */
  readonly span: number;
}

/** Two blocks as one; the middle of the second begins `shift` behind that of the first. */
function joined(first: Block, second: Block, shift: number): Block {
  first.ids.push(...second.ids);
  first.offsets.push(...second.offsets.map((offset) => offset + shift));
  const sum = first.sum + second.sum - second.ids.length * shift;
  return {
    ids: first.ids,
    offsets: first.offsets,
    sum,
    at: sum / first.ids.length,
    span: shift + second.span,
  };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
