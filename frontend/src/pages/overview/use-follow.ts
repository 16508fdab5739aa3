import { useEffect, useRef } from 'react';

/** However fast news come, what follows them is asked for no more often than this. */
const CATCH_UP_MS = 5000;

/** Calls each of `refetches` when `news` has become another text; undefined is no news. */
export function useFollow(news: string | undefined, ...refetches: readonly (() => void)[]): void {
  const heard = useRef(news);
  const calledAt = useRef(0);
  const calls = useRef(refetches);
  calls.current = refetches;
  useEffect(() => {
    const isFirst = heard.current === undefined;
    if (isFirst) heard.current = news;
    if (isFirst || news === undefined || news === heard.current) return;
    const wait = Math.max(0, calledAt.current + CATCH_UP_MS - Date.now());
    const timer = setTimeout(() => {
      heard.current = news;
      calledAt.current = Date.now();
      for (const refetch of calls.current) refetch();
    }, wait);
    return () => clearTimeout(timer);
  }, [news]);
}
