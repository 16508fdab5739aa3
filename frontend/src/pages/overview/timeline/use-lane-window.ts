import { type RefObject, useCallback, useLayoutEffect, useState } from 'react';
import { lanesInView } from './layout';

/** The lanes that are in view of `scroller`, and a way to bring one there. */
export function useLaneWindow(scroller: RefObject<HTMLElement | null>, laneHeight: number, count: number) {
  const [[first, end], setRange] = useState<readonly [number, number]>([0, 30]);

  const measure = useCallback(() => {
    const { scrollTop = 0, clientHeight = 0 } = scroller.current ?? {};
    const range = lanesInView(scrollTop, clientHeight, laneHeight, count);
    setRange((before) => (before[0] === range[0] && before[1] === range[1] ? before : range));
  }, [scroller, laneHeight, count]);

  useLayoutEffect(() => {
    measure();
    window.addEventListener('resize', measure);
    return () => window.removeEventListener('resize', measure);
  }, [measure]);

  const reveal = useCallback(
    (lane: number) => {
      const element = scroller.current;
      if (element === null) return;
      const top = lane * laneHeight;
      const lowest = top - (element.clientHeight - 3 * laneHeight);
      element.scrollTop = Math.max(lowest, Math.min(top, element.scrollTop));
    },
    [scroller, laneHeight],
  );
  return { first, end, measure, reveal };
}
