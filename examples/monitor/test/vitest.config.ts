import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import base from '../../../vitest.config.js';

// The monitor, built, in a real Chromium; and what decides what it draws, in Node.
export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  ...(base.resolve && { resolve: base.resolve }),
  test: { testTimeout: 40_000, hookTimeout: 60_000 },
});
