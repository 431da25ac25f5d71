import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { Miniflare, type MiniflareOptions } from 'miniflare';
import { bundleFile } from '../bundle.js';
import type { Runtime } from './runner.js';

/** Of the newest behaviour that this version knows. */
const compatibilityDate = '2026-04-15';

const main = `import { run } from './suite.js';
export default { fetch: async request => Response.json(await run(await request.json())) };`;

export const workerd: Runtime = {
  name: 'workerd',
  target: 'worker',
  suites: ['scenarios', 'network'],
  async version() {
    return createRequire(createRequire(import.meta.url).resolve('miniflare'))('workerd/package.json').version;
  },
  run: ({ suite, app, bundle, agents }) =>
    withWorker(
      {
        // What tests bring with them: msw takes a worker without these for a page, and misses its localStorage.
        compatibilityFlags: suite === 'scenarios' ? ['nodejs_compat'] : [],
        modules: [
          { type: 'ESModule', path: 'main.js', contents: main },
          { type: 'ESModule', path: 'suite.js', contents: readFileSync(join(app, bundle), 'utf8') },
        ],
      },
      async call => JSON.parse(await call({ method: 'POST', body: JSON.stringify(agents) })),
    ),
  async runLines({ app }) {
    const bundle = join(app, 'worker-lines.js');
    await bundleFile(join(app, 'worker.ts'), 'worker', app, bundle);
    const contents = readFileSync(bundle, 'utf8');
    return withWorker({ modules: [{ type: 'ESModule', path: 'worker.js', contents }] }, async call => [
      await call(),
    ]);
  },
};

/** Calls a worker, which is there meanwhile. */
async function withWorker<T>(
  options: Pick<MiniflareOptions & { modules: object }, 'modules'> & { compatibilityFlags?: string[] },
  use: (call: (init?: { method: string; body: string }) => Promise<string>) => Promise<T>,
): Promise<T> {
  const worker = new Miniflare({ compatibilityDate, ...options } as MiniflareOptions);
  try {
    return await use(async init => {
      const response = await worker.dispatchFetch('http://worker.example/', init);
      const text = await response.text();
      if (!response.ok) throw new Error(`The worker answered ${response.status}: ${text.slice(0, 1_000)}`);
      return text;
    });
  } finally {
    await worker.dispose();
  }
}
