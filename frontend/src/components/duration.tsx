import { useEffect, useState } from 'react';
import { humanDuration } from '@/lib/duration';

interface DurationProps {
  /** Milliseconds, when it is known. */
  readonly ms?: number | null | undefined;
  /** When it began (ISO 8601, or milliseconds): without `ms` it goes on, and counts up. */
  readonly since?: string | number | null | undefined;
}

/** A length of time in words; one that still goes on counts up every second. */
export function Duration({ ms, since }: DurationProps) {
  const isRunning = ms == null && since != null;
  const now = useSeconds(isRunning);
  if (ms != null) return humanDuration(ms);
  if (since == null) return '–';
  const elapsed = Math.max(0, now - new Date(since).getTime());
  return humanDuration(Math.floor(elapsed / 1000) * 1000);
}

function useSeconds(isRunning: boolean): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    if (!isRunning) return;
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, [isRunning]);
  return now;
}
