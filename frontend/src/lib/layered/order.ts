import type { Link } from './layers';

const SWEEPS = 6;

/**
 * The nodes of each layer in an order in which few links cross: each is put where its neighbours in the next layer
 * are on average, from left to right and back, some times over. `links` join neighbouring layers only.
 */
export function ordered(
  layers: readonly (readonly string[])[],
  links: readonly Link[],
): readonly (readonly string[])[] {
  const before = new Map<string, string[]>();
  const after = new Map<string, string[]>();
  for (const { fromId, toId } of links) {
    before.set(toId, [...(before.get(toId) ?? []), fromId]);
    after.set(fromId, [...(after.get(fromId) ?? []), toId]);
  }
  let best = layers;
  let fewest = crossings(best, links);
  let present = layers.map((layer) => [...layer]);
  for (let sweep = 0; sweep < SWEEPS && fewest > 0; sweep += 1) {
    const toRight = sweep % 2 === 0;
    const indexes = present.map((_, index) => index);
    for (const index of toRight ? indexes : indexes.reverse()) {
      const beside = present[toRight ? index - 1 : index + 1];
      const layer = present[index];
      if (beside === undefined || layer === undefined) continue;
      present = present.with(index, byMiddle(layer, beside, toRight ? before : after));
    }
    const crossed = crossings(present, links);
    if (crossed < fewest) {
      best = present;
      fewest = crossed;
    }
  }
  return best;
}

function byMiddle(
  layer: readonly string[],
  beside: readonly string[],
  neighbours: ReadonlyMap<string, readonly string[]>,
): string[] {
  const places = new Map(beside.map((id, place) => [id, place]));
  const middles = new Map(
    layer.map((id, place) => {
      const found = (neighbours.get(id) ?? []).flatMap((one) => places.get(one) ?? []);
      return [id, found.length === 0 ? place : found.reduce((sum, one) => sum + one, 0) / found.length];
    }),
  );
  return [...layer].sort((one, other) => (middles.get(one) ?? 0) - (middles.get(other) ?? 0));
}

/** How often links cross. */
export function crossings(layers: readonly (readonly string[])[], links: readonly Link[]): number {
  let many = 0;
  for (const [index, layer] of layers.entries()) {
    const from = new Map(layer.map((id, place) => [id, place]));
    const to = new Map((layers[index + 1] ?? []).map((id, place) => [id, place]));
    const ends = links.flatMap(({ fromId, toId }) => {
      const start = from.get(fromId);
      const end = to.get(toId);
      return start === undefined || end === undefined ? [] : [[start, end] as const];
    });
    ends.sort(([one, oneEnd], [other, otherEnd]) => one - other || oneEnd - otherEnd);
    ends.forEach(([start, end], place) => {
      for (const [laterStart, laterEnd] of ends.slice(place + 1)) {
        if (laterStart > start && laterEnd < end) many += 1;
      }
    });
  }
  return many;
}
