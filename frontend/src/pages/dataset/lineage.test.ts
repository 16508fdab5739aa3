import { describe, expect, it } from 'vitest';
import { follow, keyOf, type Lineage, type LineageEdge, stepsWords, webOf } from './lineage';

const edge = (fromId: string, toId: string, ...pairs: readonly string[]): LineageEdge => ({
  fromId,
  toId,
  level: 'COLUMN',
  columns: pairs.map((pair) => {
    const [fromColumn = '', toColumn = ''] = pair.split('>');
    return { fromColumn, toColumn };
  }),
});
const near = (id: string) =>
  ({ id, displayName: id, kind: 'VIEW', removedAt: null, sourceEndpoint: { id: 'e', name: 'E' } }) as const;
const side = (depths: Readonly<Record<string, number>>, edges: readonly LineageEdge[]) => ({
  isTruncated: false,
  nodes: Object.entries(depths).map(([id, depth]) => ({ depth, dataset: near(id) })),
  edges,
});

describe('webOf', () => {
  it('has each dataset and each edge once, with the side it is on', () => {
    const loop = edge('c', 'a');
    const web = webOf({
      ...near('c'),
      lineageNote: null,
      foreignKeys: [],
      referencedBy: [],
      upstream: side({ a: 1, b: 2 }, [edge('a', 'c'), edge('b', 'a'), loop]),
      downstream: side({ a: 1, d: 1 }, [loop, edge('c', 'd'), edge('c', 'beyond')]),
    } satisfies Lineage);
    expect(web.nodes.map(({ id, steps }) => [id, steps])).toEqual([
      ['c', 0],
      ['a', -1],
      ['b', -2],
      ['d', 1],
    ]);
    expect(web.edges.map(keyOf)).toEqual(['a~c', 'b~a', 'c~a', 'c~d']);
  });
});

describe('follow', () => {
  const edges = [
    edge('raw', 'mid', 'id>id', 'first>name', 'last>name'),
    edge('mid', 'end', 'name>label', 'id>key'),
    edge('end', 'mid', 'label>name'),
  ];

  it('goes to both sides, over all steps, and out of circles', () => {
    const { columns, pairs } = follow(edges, 'mid', 'name');
    expect(columns.get('raw')).toEqual(['first', 'last']);
    expect(columns.get('mid')).toEqual(['name']);
    expect(columns.get('end')).toEqual(['label']);
    expect(pairs.get('raw~mid')).toHaveLength(2);
    expect(pairs.get('mid~end')).toEqual([{ fromColumn: 'name', toColumn: 'label' }]);
  });

  it('does not turn on its way', () => {
    const { columns } = follow([edge('a', 'b', 'x>y'), edge('a', 'c', 'x>z')], 'b', 'y');
    expect(columns.get('a')).toEqual(['x']);
    expect(columns.has('c')).toBe(false);
  });
});

describe('stepsWords', () => {
  it('says which way', () => {
    expect([-2, -1, 0, 1, 3].map(stepsWords)).toEqual([
      '2 steps before',
      '1 step before',
      'this dataset',
      '1 step after',
      '3 steps after',
    ]);
  });
});
