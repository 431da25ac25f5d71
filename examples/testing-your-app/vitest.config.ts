import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import base from '../../vitest.config.js';

export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  // Resolves 'a2a-await' to src, so that no build is needed. Your own suite needs no configuration.
  ...(base.resolve && { resolve: base.resolve }),
});
