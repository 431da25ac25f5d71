import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const built = fileURLToPath(new URL('../.vitepress/dist/', import.meta.url));
const types: Record<string, string> = {
  '.css': 'text/css',
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
};

/** The paths of all pages, as links have them, but of the monitor, which has tests of its own. */
export function listPages(): string[] {
  if (!existsSync(built)) throw new Error('There is no site yet: npm run docs builds it.');
  return readdirSync(built, { recursive: true, encoding: 'utf8' })
    .filter(path => path.endsWith('.html') && !path.startsWith('monitor'))
    .map(path => `/${path.replaceAll('\\', '/').replace(/(index)?\.html$/, '')}`)
    .sort();
}

/** Serves the site as hosts do. */
export async function serveSite(): Promise<{ url: string; close(): void }> {
  const server = createServer(({ url = '/' }, response) => {
    const { pathname } = new URL(url, 'http://127.0.0.1');
    const file = ['', '.html', 'index.html']
      .map(end => join(built, pathname + end))
      .find(path => path.startsWith(built) && statSync(path, { throwIfNoEntry: false })?.isFile());
    if (!file) return void response.writeHead(404).end();
    response.writeHead(200, { 'content-type': types[extname(file)] ?? 'text/plain' });
    response.end(readFileSync(file));
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
