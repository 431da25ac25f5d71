import { fileURLToPath } from 'node:url';
import { build, type Plugin } from 'esbuild';
import { peers } from './app.js';
import { root, type Suite, suites } from './suites.js';

/** Who puts the modules together: a runtime that reads node_modules itself, or a bundler for one that does not. */
export type Target = 'itself' | 'page' | 'worker';

const here = fileURLToPath(new URL('.', import.meta.url));
/** Bundles a suite into one file that exports `run(agents)`, with the package as it is installed in the application's folder. */
export async function bundleSuite(suite: Suite, target: Target, app: string, outfile: string): Promise<void> {
  const files = suites[suite].map(path => `${JSON.stringify(path)}: () => import('./${path}')`);
  // A worker may set no timers, nor make random values, before it has a request: nothing is loaded until then.
  const contents = `const files = { ${files.join(',\n')} };
export const run = async agents => (await import('./test/runtimes/suite/run.ts')).run(files, agents);`;
  await bundle({ stdin: { contents, resolveDir: root } }, target, app, outfile);
}

/** Bundles one file of an application, as its owner would. */
export const bundleFile = (path: string, target: Target, app: string, outfile: string): Promise<void> =>
  bundle({ entryPoints: [path] }, target, app, outfile);

const requireOfNode = `import { createRequire } from 'node:module';
const require = createRequire(import.meta.url);`;

async function bundle(
  entry: { entryPoints: string[] } | { stdin: { contents: string; resolveDir: string } },
  target: Target,
  app: string,
  outfile: string,
): Promise<void> {
  await build({
    ...entry,
    outfile,
    bundle: true,
    format: 'esm',
    target: 'es2022',
    logLevel: 'warning',
    platform: target === 'itself' ? 'node' : 'browser',
    conditions: target === 'worker' ? ['workerd', 'worker'] : [],
    // For what is CommonJS among what tests need.
    banner: { js: target === 'itself' ? requireOfNode : '' },
    plugins: [installed(target, app)],
  });
}

/** Leads to the package that the application has installed, and for `vitest` to what stands for it. */
function installed(target: Target, app: string): Plugin {
  const isItself = target === 'itself';
  const names = new RegExp(`^(a2a-await|${peers.join('|')})(/|$)`);
  return {
    name: 'installed',
    setup({ onResolve, resolve }) {
      onResolve({ filter: /^vitest$/ }, () => ({ path: `${here}suite/vitest.ts` }));
      onResolve({ filter: names }, ({ path, kind, pluginData }) => {
        if (isItself) return { external: true };
        return pluginData === app ? undefined : resolve(path, { resolveDir: app, kind, pluginData: app });
      });
      // What tests take from within the package is a file of its own there, too.
      onResolve({ filter: /^(\.\.\/)+src\// }, ({ path }) => {
        const file = `node_modules/a2a-await/${path.replace(/^(\.\.\/)+src/, 'dist')}`;
        return isItself ? { path: `./${file}`, external: true } : { path: `${app}/${file}` };
      });
      if (!isItself) {
        onResolve({ filter: /^node:|^(timers|util)$/ }, () => ({ path: `${here}suite/absent.ts` }));
      }
    },
  };
}
