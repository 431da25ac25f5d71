import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const src = (path: string) => fileURLToPath(new URL(`../../src/${path}`, import.meta.url));

export default defineConfig({
  root: fileURLToPath(new URL('../../', import.meta.url)),
  resolve: {
    alias: [
      { find: /^a2a-await$/, replacement: src('index.ts') },
      { find: /^a2a-await\/signatures$/, replacement: src('signatures/index.ts') },
      { find: /^a2a-await\/testing$/, replacement: src('testing/index.ts') },
      { find: /^a2a-await\/testing\/node$/, replacement: src('testing/node.ts') },
      { find: /^a2a-await\/webhook$/, replacement: src('webhook/index.ts') },
      { find: /^a2a-await\/webhook\/node$/, replacement: src('webhook/node.ts') },
    ],
  },
  test: {
    include: ['test/interop/**/*.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // Each file starts its own servers; one file at a time keeps their timing theirs.
    fileParallelism: false,
  },
});
