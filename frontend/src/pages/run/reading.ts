import { humanDuration } from '@/lib/duration';
import { byteSize, compactCount, counted } from '@/lib/numbers';
import type { RunQuery } from './run.generated';

type Run = NonNullable<RunQuery['collectionRun']>;

/** How the source was read, and what that means in a line. */
export function readModeWords(mode: NonNullable<Run['readMode']>): {
  readonly name: string;
  readonly line: string;
} {
  return mode === 'FULL'
    ? { name: 'Full pass', line: 'Everything in scope was read.' }
    : {
        name: 'Unchanged by fingerprint',
        line: 'The source’s own counters had not moved since the last full pass: nothing else was asked of it.',
      };
}

/** What reading has cost the source, in figures with their names; bytes are left out where nothing is sent. */
export function costFigures(cost: NonNullable<Run['sourceCost']>): readonly (readonly [string, string])[] {
  const { statements, seconds, rows, bytes } = cost;
  return [
    ['Statements', compactCount(statements)],
    ['Time', humanDuration(seconds * 1000)],
    ['Rows', compactCount(rows)],
    ...(bytes === null ? [] : [['Data', byteSize(bytes)] as const]),
  ];
}

/** The same in a sentence with whole numbers, for whoever points at it. */
export function costSentence({ statements, seconds, rows, bytes }: NonNullable<Run['sourceCost']>): string {
  const data = bytes === null ? '' : `, ${counted(bytes, 'byte')}`;
  return `${counted(statements, 'statement')} in ${seconds.toFixed(2)} s, ${counted(rows, 'row')}${data}; all attempts together`;
}

interface Place {
  readonly database: string | null;
  readonly schema: string | null;
  readonly entity: string | null;
}

/** What could not be read, as people write it. */
export function failedName({ database, schema, entity }: Place): string {
  const parts = [schema ?? database, entity].filter((part) => part !== null);
  return parts.length === 0 ? 'The source' : parts.join('.');
}
