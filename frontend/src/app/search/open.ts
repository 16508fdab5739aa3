import { useEffect, useState } from 'react';

const WANTED = 'muster:search';

/** Open the search over everything. */
export function openSearch(): void {
  window.dispatchEvent(new Event(WANTED));
}

/** Whether the search has been asked for: then its code is loaded. Ctrl-K asks for it. */
export function useSearchShortcut(): boolean {
  const [isWanted, setWanted] = useState(false);
  useEffect(() => {
    const onWanted = () => setWanted(true);
    const onKey = (event: KeyboardEvent) => {
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k') {
        event.preventDefault();
        openSearch();
      }
    };
    window.addEventListener(WANTED, onWanted);
    window.addEventListener('keydown', onKey);
    return () => {
      window.removeEventListener(WANTED, onWanted);
      window.removeEventListener('keydown', onKey);
    };
  }, []);
  return isWanted;
}

/** Call `open` at once, and whenever the search is asked for again. */
export function useSearchOpening(open: () => void): void {
  useEffect(() => {
    open();
    window.addEventListener(WANTED, open);
    return () => window.removeEventListener(WANTED, open);
  }, [open]);
}
