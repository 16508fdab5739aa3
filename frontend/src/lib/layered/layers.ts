/** From one node of a graph to another. */
export interface Link {
  readonly fromId: string;
  readonly toId: string;
}

/**
 * The layer of each node around `centerId`, which is in layer 0: what leads to it has layers below, by the longest
 * way there is, and what it leads to has layers above; so that links go from lower layers to higher ones. In a
 * circle, one link goes back. Nodes that no link connects are next to the centre, on the side that `sideOf` says.
 */
export function layersAround(
  centerId: string,
  ids: readonly string[],
  links: readonly Link[],
  sideOf: (id: string) => -1 | 1,
): ReadonlyMap<string, number> {
  const ahead = neighbours(links, ({ fromId, toId }) => [fromId, toId]);
  const behind = neighbours(links, ({ fromId, toId }) => [toId, fromId]);
  const toCenter = longestTo(centerId, ahead);
  const fromCenter = longestTo(centerId, behind);
  const layers = new Map<string, number>([[centerId, 0]]);
  for (const id of ids) {
    if (id === centerId) continue;
    const side = sideOf(id);
    const distance = (side < 0 ? toCenter : fromCenter)(id) ?? 1;
    layers.set(id, side * distance);
  }
  return layers;
}

function neighbours(links: readonly Link[], ends: (link: Link) => readonly [string, string]) {
  const found = new Map<string, string[]>();
  for (const link of links) {
    const [from, to] = ends(link);
    if (from !== to) found.set(from, [...(found.get(from) ?? []), to]);
  }
  return found;
}

/** How many links the longest way to `goal` has from a node; null when there is none. Circles are left out. */
function longestTo(goal: string, next: ReadonlyMap<string, readonly string[]>) {
  const known = new Map<string, number | null>([[goal, 0]]);
  const underWay = new Set<string>();
  const longest = (id: string): number | null => {
    const before = known.get(id);
    if (before !== undefined) return before;
    underWay.add(id);
    let most: number | null = null;
    for (const one of next.get(id) ?? []) {
      const distance = underWay.has(one) ? null : longest(one);
      if (distance !== null) most = Math.max(most ?? 0, distance + 1);
    }
    underWay.delete(id);
    known.set(id, most);
    return most;
  };
  return longest;
}
