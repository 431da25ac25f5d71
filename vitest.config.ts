import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const src = (path: string) => fileURLToPath(new URL(`./src/${path}`, import.meta.url));

export default defineConfig({
  resolve: {
    alias: [
      { find: /^a2a-await$/, replacement: src('index.ts') },
      { find: /^a2a-await\/redis$/, replacement: src('redis/index.ts') },
      { find: /^a2a-await\/signatures$/, replacement: src('signatures/index.ts') },
      { find: /^a2a-await\/testing$/, replacement: src('testing/index.ts') },
      { find: /^a2a-await\/testing\/node$/, replacement: src('testing/node.ts') },
      { find: /^a2a-await\/webhook$/, replacement: src('webhook/index.ts') },
      { find: /^a2a-await\/webhook\/jwks$/, replacement: src('webhook/jwks.ts') },
      { find: /^a2a-await\/webhook\/node$/, replacement: src('webhook/node.ts') },
    ],
  },
  test: {
    include: ['test/{unit,contract,scenarios,socket,redis,package}/**/*.test.ts'],
    // On two cores one would be the default, and most tests wait for something.
    maxWorkers: '100%',
    testTimeout: 15_000,
  },
});
