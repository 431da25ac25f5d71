import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';
import base from '../../vitest.config.js';

export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  // Wherever it is put, it finds its files.
  base: './',
  // Resolves 'a2a-await' to src, so that no build is needed. Your own page needs no configuration.
  ...(base.resolve && { resolve: base.resolve }),
  build: { target: 'es2022', chunkSizeWarningLimit: 1_000 },
});
