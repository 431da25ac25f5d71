import { fileURLToPath } from 'node:url';
import { playwright } from '@vitest/browser-playwright';
import { defineConfig } from 'vitest/config';
import base from '../../vitest.config.js';
import { findChromium } from './chromium.js';
import { rowsReporter } from './rows-reporter.js';

// In a real browser: what a webhook receiver answers and verifies, by the same files that run on Node; and the client
// with the reference server, behind msw's service worker.

const root = fileURLToPath(new URL('../../', import.meta.url));

export default defineConfig({
  root,
  ...(base.resolve && { resolve: base.resolve }),
  // Has mockServiceWorker.js, of the very version that is installed.
  publicDir: `${root}node_modules/msw/lib`,
  // Found only while a test runs, they would make the page load anew.
  optimizeDeps: { include: ['canonicalize', 'jose', 'ky', 'msw', 'msw/browser'] },
  test: {
    include: ['test/unit/webhook/{rows-*,senders,verifiers}.test.ts', 'test/runtimes/*.test.ts'],
    testTimeout: 15_000,
    reporters: ['default', rowsReporter],
    browser: {
      enabled: true,
      headless: true,
      screenshotFailures: false,
      provider: playwright({ launchOptions: findChromium() }),
      instances: [{ browser: 'chromium' }],
    },
  },
});
