import { fileURLToPath } from 'node:url';
import { defineConfig, mergeConfig } from 'vitest/config';
import base from '../../vitest.config.js';

export default mergeConfig(
  { ...base, test: {} },
  defineConfig({
    root: fileURLToPath(new URL('../../', import.meta.url)),
    test: {
      include: ['test/long/**/*.test.ts'],
      testTimeout: 600_000,
      reporters: ['verbose'],
      // Their clock is not the machine's: nothing here waits, so nothing is disturbed.
      maxWorkers: 2,
    },
  }),
);
