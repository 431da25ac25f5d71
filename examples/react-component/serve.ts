import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const here = (name: string) => fileURLToPath(new URL(name, import.meta.url));
const html = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Reports</title><link rel="icon" href="data:,">
<div id="root"></div><script type="module" src="/page.js"></script>`;

/** Serves page.tsx, as a bundler's development server does. */
export async function servePage() {
  const { outputFiles } = await build({
    entryPoints: [here('page.tsx')],
    bundle: true,
    write: false,
    format: 'esm',
    jsx: 'automatic',
    // Only then does StrictMode run effects twice.
    define: { 'process.env.NODE_ENV': '"development"' },
    // Resolves 'a2a-await' to src, so that no build is needed.
    tsconfig: here('../../tsconfig.test.json'),
  });
  const server = createServer(({ url }, response) => {
    const isScript = url === '/page.js';
    response.setHeader('content-type', isScript ? 'text/javascript' : 'text/html');
    response.end(isScript ? outputFiles[0]?.text : html);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    [Symbol.asyncDispose]: async () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
