import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

// The site as it was built, in Chromium.
export default defineConfig({
  root: fileURLToPath(new URL('../../', import.meta.url)),
  test: { include: ['docs/test/*.test.ts'], testTimeout: 30_000, maxConcurrency: 2 },
});
