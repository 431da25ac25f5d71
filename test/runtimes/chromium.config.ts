import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { playwright } from '@vitest/browser-playwright';
import { defineConfig } from 'vitest/config';
import { rowsReporter } from './rows-reporter.js';

// What a webhook receiver answers and verifies, in a real browser: the same files that run on Node.

const src = (path: string) => fileURLToPath(new URL(`../../src/${path}`, import.meta.url));

function findChromium(): string {
  const onPath = (process.env['PATH'] ?? '').split(delimiter).map(folder => join(folder, 'chromium'));
  const found = process.env['CHROMIUM_PATH'] || ['/usr/bin/chromium', ...onPath].find(existsSync);
  if (!found) throw new Error('No Chromium was found: install it, or set CHROMIUM_PATH to one.');
  return found;
}

const args = [
  // Root, as in a container, has no other choice; nothing but these tests is loaded.
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export default defineConfig({
  root: fileURLToPath(new URL('../../', import.meta.url)),
  resolve: {
    alias: [
      { find: /^a2a-await\/webhook$/, replacement: src('webhook/index.ts') },
      { find: /^a2a-await\/webhook\/jwks$/, replacement: src('webhook/jwks.ts') },
    ],
  },
  // Found only while a test runs, it would make the page load anew.
  optimizeDeps: { include: ['jose'] },
  test: {
    include: ['test/unit/webhook/{rows-*,senders,verifiers}.test.ts'],
    testTimeout: 15_000,
    reporters: ['default', rowsReporter],
    browser: {
      enabled: true,
      headless: true,
      screenshotFailures: false,
      provider: playwright({ launchOptions: { executablePath: findChromium(), args } }),
      instances: [{ browser: 'chromium' }],
    },
  },
});
