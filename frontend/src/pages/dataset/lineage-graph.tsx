import { useLayoutEffect, useMemo, useRef } from 'react';
import { layoutAround, type Point } from '@/lib/layered/layout';
import { edgeWords, type Followed, keyOf, type LineageEdge, type Web } from './lineage';
import classes from './lineage-graph.module.css';
import { LineageNodeCard } from './lineage-node';
import { usePan } from './use-pan';

const SIZES = { width: 216, height: 58, gapX: 92, gapY: 16 };
const PADDING = 20;

interface LineageGraphProps {
  readonly web: Web;
  readonly centerId: string;
  readonly followed: Followed | null;
  /** The chosen edge, by `keyOf`; `''` for none. */
  readonly edge: string;
  readonly onEdge: (key: string) => void;
}

/** The lineage as a graph from left to right. Its datasets are links, its edges buttons; it scrolls, and is dragged. */
export function LineageGraph({ web, centerId, followed, edge, onEdge }: LineageGraphProps) {
  const frame = useRef<HTMLElement>(null);
  const pan = usePan(frame);
  const { places, routes, width, height } = useMemo(() => layoutOf(web, centerId), [web, centerId]);
  const nodes = useMemo(() => inReadingOrder(web, places), [web, places]);
  const center = places.get(centerId);

  useLayoutEffect(() => {
    if (frame.current === null || center === undefined) return;
    frame.current.scrollLeft = center.x + PADDING + SIZES.width / 2 - frame.current.clientWidth / 2;
    frame.current.scrollTop = center.y + PADDING + SIZES.height / 2 - frame.current.clientHeight / 2;
  }, [center]);

  const names = new Map(web.nodes.map(({ id, displayName }) => [id, displayName]));
  const looks = (one: LineageEdge) => ({
    'data-chosen': keyOf(one) === edge || undefined,
    'data-aside': isAside(one, edge, followed) || undefined,
  });
  return (
    <section
      ref={frame}
      className={classes.frame}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be within reach of the keyboard
      tabIndex={0}
      aria-label="Lineage graph"
      data-testid="lineage-graph"
      {...pan}
    >
      <div className={classes.canvas} style={{ width: width + 2 * PADDING, height: height + 2 * PADDING }}>
        <svg
          className={classes.edges}
          width={width + 2 * PADDING}
          height={height + 2 * PADDING}
          aria-hidden="true"
        >
          <g transform={`translate(${PADDING} ${PADDING})`}>
            {routes.map((route) => (
              <path
                key={keyOf(route.edge)}
                className={classes.edge}
                d={curve(route.points)}
                data-level={route.edge.level}
                {...looks(route.edge)}
              />
            ))}
          </g>
        </svg>
        {routes.map((route) => {
          const key = keyOf(route.edge);
          const { x, y } = labelPoint(route.points);
          return (
            <button
              key={key}
              type="button"
              className={classes.pairs}
              style={{ left: x + PADDING, top: y + PADDING }}
              aria-label={`From ${names.get(route.edge.fromId)} to ${names.get(route.edge.toId)}: ${edgeWords(route.edge)}`}
              aria-pressed={key === edge}
              title={edgeWords(route.edge)}
              onClick={() => onEdge(key === edge ? '' : key)}
              data-testid="lineage-edge"
              {...looks(route.edge)}
            >
              {route.edge.level === 'TABLE' ? '?' : route.edge.columns.length || '–'}
            </button>
          );
        })}
        <ul className={classes.nodes}>
          {nodes.map((node) => {
            const place = places.get(node.id);
            return (
              place && (
                <li
                  key={node.id}
                  className={classes.place}
                  style={{
                    left: place.x + PADDING,
                    top: place.y + PADDING,
                    width: SIZES.width,
                    height: SIZES.height,
                  }}
                >
                  <LineageNodeCard
                    node={node}
                    columns={followed?.columns.get(node.id) ?? null}
                    isAside={followed !== null && followed.pairs.size > 0 && !followed.columns.has(node.id)}
                  />
                </li>
              )
            );
          })}
        </ul>
      </div>
    </section>
  );
}

function layoutOf({ nodes, edges }: Web, centerId: string) {
  const steps = new Map(nodes.map((node) => [node.id, node.steps]));
  const sideOf = (id: string) => ((steps.get(id) ?? 0) < 0 ? -1 : 1);
  return layoutAround(centerId, [...steps.keys()], edges, sideOf, SIZES);
}

/** By layers from left to right, then from the top: as the Tab key goes. */
function inReadingOrder({ nodes }: Web, places: ReadonlyMap<string, Point>) {
  const at = (id: string) => places.get(id) ?? { x: 0, y: 0 };
  return [...nodes].sort((one, other) => at(one.id).x - at(other.id).x || at(one.id).y - at(other.id).y);
}

/** Whether an edge has nothing to do with what is chosen or followed. */
function isAside(one: LineageEdge, edge: string, followed: Followed | null): boolean {
  if (edge !== '') return keyOf(one) !== edge;
  return followed !== null && followed.pairs.size > 0 && !followed.pairs.has(keyOf(one));
}

/** A line through the points that leaves and arrives level. */
function curve(points: readonly Point[]): string {
  return points
    .map(({ x, y }, index) => {
      const before = points[index - 1];
      if (before === undefined) return `M${x} ${y}`;
      const bend = (x - before.x) / 2;
      return `C${before.x + bend} ${before.y} ${x - bend} ${y} ${x} ${y}`;
    })
    .join('');
}

/** The middle of the last stretch: in the gap before the node that the edge leads to. */
function labelPoint(points: readonly Point[]): Point {
  const end = points.at(-1) ?? { x: 0, y: 0 };
  const before = points.at(-2) ?? end;
  return { x: (before.x + end.x) / 2, y: (before.y + end.y) / 2 };
}
