import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';
import { compressed } from './scripts/compressed.js';
import { withoutFonts } from './scripts/without-fonts.js';

const server = process.env.MUSTER_URL ?? 'http://127.0.0.1:8000';
// Muster answers a browser only from its own address: requests of the development server pretend to it.
const proxy = { target: server, changeOrigin: true, headers: { origin: new URL(server).origin } };

export default defineConfig({
  plugins: [react(), withoutFonts(), compressed()],
  resolve: { alias: { '@': fileURLToPath(new URL('./src', import.meta.url)) } },
  build: {
    target: 'es2023',
    manifest: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  server: { proxy: { '/graphql': proxy, '/auth': proxy, '/healthz': proxy, '/readyz': proxy } },
  test: {
    environment: 'happy-dom',
    include: ['src/**/*.test.{ts,tsx}'],
    setupFiles: 'src/test-setup.ts',
    restoreMocks: true,
  },
});
