import { partsOf } from '@/lib/found';
import classes from './truncate.module.css';

interface TruncateProps {
  readonly children: string;
  /** How many lines there may be. */
  readonly lines?: number;
  /** In the font of code. */
  readonly mono?: boolean;
  /** What is marked in it. */
  readonly search?: string;
}

/** A text that ends in “…” where the room does; whole on hover. Its direction is its own. */
export function Truncate({ children, lines = 1, mono = false, search = '' }: TruncateProps) {
  return (
    <bdi
      className={classes.text}
      data-lines={lines > 1 || undefined}
      data-mono={mono || undefined}
      style={lines > 1 ? { WebkitLineClamp: lines } : undefined}
      title={children}
    >
      {search === '' ? children : <Marked search={search}>{children}</Marked>}
    </bdi>
  );
}

function Marked({ search, children }: { readonly search: string; readonly children: string }) {
  return partsOf(children, search).map(({ at, text, isFound }) =>
    isFound ? <mark key={at}>{text}</mark> : text,
  );
}
