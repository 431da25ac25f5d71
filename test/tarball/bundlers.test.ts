import { cp, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import { transform } from 'esbuild';
import { beforeAll, describe, expect, inject, test } from 'vitest';
import manifest from '../../package.json' with { type: 'json' };
import type * as testing from '../../src/testing/index.js';
import { type Bundle, bundlers } from './bundle.js';

/** What each part says that no minifier may change, and no other part says; and an entry that has the part. */
const parts = {
  waits: { word: 'cancelOnTimeout', entry: 'a2a-await' },
  calls: { word: 'iterateTasks', entry: 'a2a-await' },
  adapts: { word: 'checkPushSupport', entry: 'a2a-await' },
  receives: { word: 'x-a2a-notification-token', entry: 'a2a-await/webhook' },
  keeps: { word: 'store-failed', entry: 'a2a-await/redis' },
  verifies: { word: 'what was signed is no agent card', entry: 'a2a-await/signatures' },
  serves: { word: 'silent-failure', entry: 'a2a-await/testing' },
};
type Part = keyof typeof parts;
const names = Object.keys(parts) as Part[];
const partsIn = (code: string) => names.filter(part => code.includes(parts[part].word));

const apps: { app: string; uses: Part[]; sized: string }[] = [
  { app: 'wait', uses: ['waits'], sized: 'waitForCompletion alone' },
  { app: 'client', uses: ['waits', 'calls'], sized: 'A2AClient with all it needs' },
  { app: 'adaptive', uses: ['waits', 'calls', 'adapts'], sized: 'AdaptiveClient with all it needs' },
  { app: 'webhook', uses: ['receives'], sized: 'a2a-await/webhook, all of it' },
];

/** Of what size-limit says, either way: bundlers and their minifiers differ by less. */
const tolerance = 0.05;

const folder = join(inject('alone'), 'apps');
/** What runs here finds no package that was left out of the bundle. */
const elsewhere = dirname(inject('alone'));
let reference: typeof testing;

beforeAll(async () => {
  await cp(fileURLToPath(new URL('apps', import.meta.url)), folder, { recursive: true });
  const entry = join(inject('withPeers'), 'node_modules/a2a-await/dist/testing/index.js');
  reference = await import(pathToFileURL(entry).href);
});

describe.each(Object.entries(bundlers))('%s', (bundler, bundle) => {
  test.each(apps)(
    'bundles $app without a warning, with what it uses and no more, and it runs',
    async ({ app, uses, sized }) => {
      const { code, warnings } = await bundle(join(folder, `${app}.js`));
      expect(complaintsOf({ code, warnings })).toEqual([]);
      expect(partsIn(code)).toEqual(uses);

      const own = await minified(await readFile(join(folder, `${app}.js`), 'utf8'));
      const weight = gzipSync(code).length - gzipSync(own).length;
      const difference = weight / limitOf(sized) - 1;
      console.log(`${bundler}, ${app}: ${weight} B, ${(difference * 100).toFixed(1)} % from size-limit's`);
      expect(Math.abs(difference)).toBeLessThan(tolerance);

      const file = join(elsewhere, `${bundler}-${app}.mjs`);
      await writeFile(file, code);
      const { run } = await import(pathToFileURL(file).href);
      expect(stateOf(await run(surroundings()))).toMatch(/^(TASK_STATE_)?completed$/i);
    },
  );
});

test.each(Object.entries(bundlers))('with %s, one sees what is of Node', async (bundler, bundle) => {
  const file = join(folder, `${bundler}-node.js`);
  await writeFile(
    file,
    "import { readFileSync } from 'node:fs';\nexport const run = () => readFileSync('/');",
  );
  expect(complaintsOf(await bundle(file)).join()).toMatch(/node:|browser-external/);
});

test.each(names)('the word by which one sees that something %s is in what does', async part => {
  const { word, entry } = parts[part];
  const file = join(inject('withPeers'), `${part}.js`);
  await writeFile(file, `export * from '${entry}';`);
  const { code } = (await bundlers['esbuild']?.(file)) ?? { code: '' };
  expect(code).toContain(word);
});

/** An agent that does what it is told, and how it tells of a task that it has done. */
function surroundings() {
  const { completed, createReferenceServer, sendNotification, working } = reference;
  const server = createReferenceServer({ agent: () => [working(), completed('Done')] });
  const task = {
    kind: 'task',
    id: 'task-1',
    status: { state: 'completed' },
    artifacts: [],
    history: [],
  } as const;
  const notify = (
    config: Parameters<typeof sendNotification>[0],
    handle: (request: Request) => Promise<Response>,
  ) =>
    sendNotification(
      config,
      { ...task, artifacts: [], history: [] },
      { fetch: (url, init) => handle(new Request(url, init)) },
    );
  return { url: server.url, fetch: server.fetch, taskId: task.id, notify };
}

/** What the bundler said, what it left for others to import, and what in its code is of Node. */
function complaintsOf({ code, warnings }: Bundle): string[] {
  const found = code.match(/\bnode:|\brequire\(|\bprocess\.|\bBuffer\b|\bimport\b|browser-external/g) ?? [];
  return [...warnings, ...found];
}

const stateOf = ({ status }: { status: { state: string } }) => status.state;

async function minified(code: string): Promise<string> {
  return (await transform(code, { minify: true, format: 'esm' })).code;
}

function limitOf(name: string): number {
  const found = manifest['size-limit'].find(each => each.name === name);
  if (!found) throw new Error(`size-limit knows nothing of ${name}.`);
  return Number.parseFloat(found.limit) * 1_000;
}
