import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { adviceFor, KNOWN_ERROR_CODES } from './advice';

const RUNS_PY = join(import.meta.dirname, '../../../app/core/domain/runs.py');

/** The codes that the server has, read where it lists them. */
function serverCodes(): readonly string[] {
  const [, body = ''] =
    /class RunErrorCode\(StrEnum\):([\s\S]*?)\n\n\n/.exec(readFileSync(RUNS_PY, 'utf8')) ?? [];
  return [...body.matchAll(/^ {4}([A-Z_]+) = /gm)].map(([, code = '']) => code);
}

describe('adviceFor', () => {
  it('has words for exactly the codes that runs can fail with', () => {
    const codes = serverCodes();
    expect(codes.length).toBeGreaterThan(10);
    expect([...KNOWN_ERROR_CODES].sort()).toEqual([...codes].sort());
  });

  it('says something different for each', () => {
    expect(new Set(KNOWN_ERROR_CODES.map((code) => adviceFor(code).cause)).size).toBe(
      KNOWN_ERROR_CODES.length,
    );
  });

  it.each([null, 'FROM_THE_FUTURE', 'toString'])('has an answer for %s too', (code) => {
    expect(adviceFor(code)).toMatchObject({ cause: 'The run failed', where: 'again' });
  });
});
