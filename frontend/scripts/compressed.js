import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { brotliCompressSync, gzipSync, constants as zlib } from 'node:zlib';

const COMPRESSIBLE = /\.(css|html|js|json|svg|txt|webmanifest)$/;
// Below this an answer fits into one packet anyway.
const LEAST_BYTES = 1000;

/**
 * A plugin of Vite: each built text file of some size also as `.gz` and `.br`, for the server to choose from.
 * index.html is left out: the server writes into it.
 */
export function compressed() {
  let folder;
  return {
    name: 'compressed',
    apply: 'build',
    configResolved(config) {
      folder = resolve(config.root, config.build.outDir);
    },
    closeBundle() {
      for (const name of readdirSync(join(folder, 'assets'))) {
        const file = join(folder, 'assets', name);
        const content = readFileSync(file);
        if (!COMPRESSIBLE.test(name) || content.length < LEAST_BYTES) continue;
        writeFileSync(`${file}.gz`, gzipSync(content, { level: zlib.Z_BEST_COMPRESSION }));
        writeFileSync(`${file}.br`, brotliCompressSync(content));
      }
    },
  };
}
