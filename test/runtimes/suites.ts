import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../../', import.meta.url));

const testsIn = (folder: string) =>
  readdirSync(root + folder)
    .filter(name => name.endsWith('.test.ts'))
    .map(name => `${folder}/${name}`);

/** Files of tests, relative to the root of the repository. */
export const suites = {
  /** Every scenario, and what a receiver of webhooks answers: all of it in the runtime, without a network. */
  scenarios: [
    ...testsIn('test/scenarios'),
    ...testsIn('test/unit/webhook').filter(path => /\/(rows-.*|senders|verifiers)\.test/.test(path)),
  ],
  /** By the runtime's own `fetch`, to agents on loopback. */
  network: testsIn('test/runtimes/network'),
  /** What only pages have: another origin, and a policy. */
  pages: testsIn('test/runtimes/pages'),
};

export type Suite = keyof typeof suites;
