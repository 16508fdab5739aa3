import type { DatasetLineageQuery } from './dataset.generated';

export type Lineage = NonNullable<DatasetLineageQuery['metadataDataset']>;
export type LineageEdge = Lineage['upstream']['edges'][number];
type Near = Lineage['upstream']['nodes'][number]['dataset'];

/** A dataset in the lineage of another. */
export interface LineageNode extends Near {
  /** Negative: the other is made from it; positive: it is made from the other; 0: it is the other itself. */
  readonly steps: number;
}

/** The lineage of a dataset to both sides, as one. */
export interface Web {
  readonly nodes: readonly LineageNode[];
  readonly edges: readonly LineageEdge[];
}

/** Both sides of a dataset's lineage, each dataset and each edge once. */
export function webOf(lineage: Lineage): Web {
  const { id, displayName, kind, removedAt, sourceEndpoint, upstream, downstream } = lineage;
  const nodes = new Map<string, LineageNode>();
  nodes.set(id, { id, displayName, kind, removedAt, sourceEndpoint, steps: 0 });
  for (const [side, sign] of [
    [upstream, -1],
    [downstream, 1],
  ] as const) {
    for (const { dataset, depth } of side.nodes) {
      if (!nodes.has(dataset.id)) nodes.set(dataset.id, { ...dataset, steps: sign * depth });
    }
  }
  const edges = new Map([...upstream.edges, ...downstream.edges].map((edge) => [keyOf(edge), edge]));
  const isKnown = ({ fromId, toId }: LineageEdge) => nodes.has(fromId) && nodes.has(toId);
  return { nodes: [...nodes.values()], edges: [...edges.values()].filter(isKnown) };
}

/** What names an edge in the address. */
export function keyOf({ fromId, toId }: Pick<LineageEdge, 'fromId' | 'toId'>): string {
  return `${fromId}~${toId}`;
}

/** Where one column comes from and goes to. */
export interface Followed {
  /** The columns that have to do with it, by dataset. */
  readonly columns: ReadonlyMap<string, readonly string[]>;
  /** The pairs that lead there, by `keyOf` the edge. */
  readonly pairs: ReadonlyMap<string, LineageEdge['columns']>;
}

/** The columns that `column` of the dataset is made from, over all steps, and those that are made from it. */
export function follow(edges: readonly LineageEdge[], datasetId: string, column: string): Followed {
  const columns = new Map<string, Set<string>>();
  const pairs = new Map<string, Set<LineageEdge['columns'][number]>>();
  for (const isForward of [true, false]) {
    const open: (readonly [string, string])[] = [[datasetId, column]];
    const seen = new Set<string>();
    for (let next = open.shift(); next !== undefined; next = open.shift()) {
      const [id, name] = next;
      if (seen.has(`${id} ${name}`)) continue;
      seen.add(`${id} ${name}`);
      add(columns, id, name);
      for (const edge of edges) {
        if ((isForward ? edge.fromId : edge.toId) !== id) continue;
        for (const pair of edge.columns) {
          if ((isForward ? pair.fromColumn : pair.toColumn) !== name) continue;
          add(pairs, keyOf(edge), pair);
          open.push(isForward ? [edge.toId, pair.toColumn] : [edge.fromId, pair.fromColumn]);
        }
      }
    }
  }
  return { columns: listed(columns), pairs: listed(pairs) };
}

function add<Value>(sets: Map<string, Set<Value>>, key: string, value: Value): void {
  const set = sets.get(key) ?? new Set();
  set.add(value);
  sets.set(key, set);
}

function listed<Value>(sets: ReadonlyMap<string, Set<Value>>): ReadonlyMap<string, readonly Value[]> {
  return new Map([...sets].map(([key, set]) => [key, [...set]]));
}

/** How far away a dataset is, in words: “2 steps before”. */
export function stepsWords(steps: number): string {
  if (steps === 0) return 'this dataset';
  const many = Math.abs(steps);
  return `${many} ${many === 1 ? 'step' : 'steps'} ${steps < 0 ? 'before' : 'after'}`;
}

/** What is known of how an edge's datasets hang together, in words. */
export function edgeWords({ level, columns }: LineageEdge): string {
  if (level === 'TABLE') return 'Columns are not known';
  if (columns.length === 0) return 'Read for its rows alone';
  return columns.length === 1 ? '1 pair of columns' : `${columns.length} pairs of columns`;
}
