import { useEffect, useRef, useSyncExternalStore } from 'react';
import { useIsLost } from './connection';

export const ACTIVE_MS = 2000;
export const IDLE_MS = 15_000;

/**
 * Call `refetch` every 2 s while `isActive`, else every `idleMs`; never while the tab is hidden or the server is
 * away, and at once when the tab is shown again or the server is back.
 */
export function usePolling(
  refetch: () => void,
  isActive: boolean,
  enabled: boolean,
  idleMs: number = IDLE_MS,
): void {
  const isLost = useIsLost();
  const isHidden = useSyncExternalStore(onVisibility, () => document.hidden);
  const isPaused = !enabled || isLost || isHidden;

  useEffect(() => {
    if (isPaused) return;
    const timer = setInterval(refetch, isActive ? ACTIVE_MS : idleMs);
    return () => clearInterval(timer);
  }, [refetch, isActive, isPaused, idleMs]);

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
