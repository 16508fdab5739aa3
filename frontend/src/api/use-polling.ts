import { useEffect, useRef, useSyncExternalStore } from 'react';
import { useIsLost } from './connection';

export const ACTIVE_MS = 2000;
export const IDLE_MS = 15_000;

/**
 * Call `refetch` every 2 s while `isActive`, else every 15 s; never while the tab is hidden or the server is
 * away, and at once when the tab is shown again or the server is back.
 */
export function usePolling(refetch: () => void, isActive: boolean, enabled: boolean): void {
  const isLost = useIsLost();
  const isHidden = useSyncExternalStore(onVisibility, () => document.hidden);
  const isPaused = !enabled || isLost || isHidden;

  useEffect(() => {
    if (isPaused) return;
    const timer = setInterval(refetch, isActive ? ACTIVE_MS : IDLE_MS);
    return () => clearInterval(timer);
  }, [refetch, isActive, isPaused]);

  const wasPaused = useRef(isPaused);
  useEffect(() => {
    if (wasPaused.current && !isPaused) refetch();
    wasPaused.current = isPaused;
  }, [isPaused, refetch]);
}

function onVisibility(listener: () => void): () => void {
  document.addEventListener('visibilitychange', listener);
  return () => document.removeEventListener('visibilitychange', listener);
}
