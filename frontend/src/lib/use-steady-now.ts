import { useEffect, useState } from 'react';

/**
 * The present moment rounded up to a multiple of `step` milliseconds. It stays the same until that is over, so
 * that a question about “the last 24 hours” is the same question for a while.
 */
export function useSteadyNow(step: number): number {
  const [now, setNow] = useState(() => roundUp(Date.now(), step));
  useEffect(() => {
    const timer = setTimeout(() => setNow(roundUp(Date.now(), step)), now - Date.now());
    return () => clearTimeout(timer);
  }, [now, step]);
  return now;
}

/** The next multiple of `step` after `moment`. */
export function roundUp(moment: number, step: number): number {
  return (Math.floor(moment / step) + 1) * step;
}
