// Fails when what the first view needs of JavaScript has grown beyond the budget, as browsers download it.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

const BUDGET_BYTES = 250_000;
const DIST = join(import.meta.dirname, '..', 'dist');
// The first view: the frame, and the page that opens at “/”.
const FIRST_VIEW = ['index.html', 'src/pages/overview/index.tsx'];

const manifest = JSON.parse(readFileSync(join(DIST, '.vite', 'manifest.json'), 'utf8'));

/** The files that `entry` and what it imports at once are in. */
function filesOf(entry, found = new Set()) {
  const { file, imports = [] } = manifest[entry];
  if (found.has(file)) return found;
  found.add(file);
  for (const imported of imports) filesOf(imported, found);
  return found;
}

const files = new Set(FIRST_VIEW.flatMap((entry) => [...filesOf(entry)]));
const sizes = [...files].map((file) => gzipSync(readFileSync(join(DIST, file)), { level: 9 }).length);
const total = sizes.reduce((sum, size) => sum + size, 0);
const verdict = `${Math.round(total / 1000)} kB of JavaScript for the first view, compressed; ${BUDGET_BYTES / 1000} kB are allowed`;
if (total > BUDGET_BYTES) {
  throw new Error(verdict);
}
process.stdout.write(`${verdict}\n`);
