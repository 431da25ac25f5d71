import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

// What somebody gets who installs the package: its tarball, with the compilers and bundlers that people have.
export default defineConfig({
  root: fileURLToPath(new URL('../../', import.meta.url)),
  test: {
    include: ['test/tarball/*.test.ts'],
    globalSetup: 'test/tarball/install.ts',
    testTimeout: 120_000,
    maxConcurrency: 2,
  },
});
