import { useEffect, useRef } from 'react';
import { useBlocker } from 'react-router';

/** Where a session that has ended leads: nothing may stand in the way. */
const SIGN_IN = '/sign-in';

/**
 * Holds whoever leaves while `isDirty`. `leave(go)` goes without being held. `blocker` tells whether somebody is
 * held, and lets them go or stay.
 */
export function useUnsavedWarning(isDirty: boolean) {
  const isFree = useRef(false);
  const blocker = useBlocker(
    ({ nextLocation }) => isDirty && !isFree.current && nextLocation.pathname !== SIGN_IN,
  );
  useEffect(() => {
    if (!isDirty) return;
    const hold = (event: BeforeUnloadEvent) => {
      if (!isFree.current) event.preventDefault();
    };
    window.addEventListener('beforeunload', hold);
    return () => window.removeEventListener('beforeunload', hold);
  }, [isDirty]);
  const leave = (go: () => void) => {
    isFree.current = true;
    go();
  };
  return { blocker, leave };
}
