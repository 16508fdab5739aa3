import { Button, VisuallyHidden } from '@mantine/core';
import { useState } from 'react';
import classes from './change-values.module.css';
import { type ChangeKind, differingLines, valueWords } from './words';

interface ChangeValuesProps {
  readonly kind: ChangeKind;
  readonly before: unknown;
  readonly after: unknown;
}

const LONG = 140;

/** What was before and what is since, one under the other; of long texts what differs, until they unfold. */
export function ChangeValues({ kind, before, after }: ChangeValuesProps) {
  const [isWhole, setWhole] = useState(false);
  const was = valueWords(kind, before);
  const is = valueWords(kind, after);
  if (was === null && is === null) return null;
  const isLong = [was, is].some(
    (text) => text !== null && (text.length > LONG || text.split('\n').length > 2),
  );
  const isFolded = isLong && !isWhole;
  const [shownWas, shownIs] = isFolded && was !== null && is !== null ? differingLines(was, is) : [was, is];
  const isChange = !kind.endsWith('_ADDED') && !kind.endsWith('_REMOVED');
  return (
    <div className={classes.values}>
      {(isChange || was !== null) && <Value side="before" text={shownWas} isClamped={isFolded} />}
      {(isChange || is !== null) && <Value side="after" text={shownIs} isClamped={isFolded} />}
      {isLong && (
        <Button
          size="compact-xs"
          variant="subtle"
          justify="flex-start"
          w="fit-content"
          aria-expanded={isWhole}
          onClick={() => setWhole(!isWhole)}
        >
          {isWhole ? 'Show less' : 'Show all'}
        </Button>
      )}
    </div>
  );
}

interface ValueProps {
  readonly side: 'before' | 'after';
  readonly text: string | null;
  readonly isClamped: boolean;
}

function Value({ side, text, isClamped }: ValueProps) {
  return (
    <div className={classes.value} data-side={side}>
      <span className={classes.sign} aria-hidden>
        {side === 'before' ? '−' : '+'}
      </span>
      <VisuallyHidden>{side === 'before' ? 'Before:' : 'After:'}</VisuallyHidden>
      <bdi
        className={classes.text}
        data-nothing={text === null || undefined}
        data-clamped={isClamped || undefined}
      >
        {text ?? 'none'}
      </bdi>
    </div>
  );
}
