import { useEffect, useState } from 'react';
import { exactTime, relativeTime, untilWordsChange } from '@/lib/time';

interface RelativeTimeProps {
  /** ISO 8601; null and undefined show `fallback`. */
  readonly at: string | null | undefined;
  readonly fallback?: React.ReactNode;
}

/** A moment in relative words that keep up with the time; exact, with its zone, on hover. */
export function RelativeTime({ at, fallback = '–' }: RelativeTimeProps) {
  const now = useNow(at);
  if (at == null) return fallback;
  return (
    <time dateTime={at} title={exactTime(at)}>
      {relativeTime(at, now)}
    </time>
  );
}

/** The present moment, anew whenever the words for `at` may be others. */
function useNow(at: string | null | undefined): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    if (at == null) return;
    const timer = setTimeout(() => setNow(Date.now()), untilWordsChange(at, now));
    return () => clearTimeout(timer);
  }, [at, now]);
  return now;
}
