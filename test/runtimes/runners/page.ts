import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { chromium, type Page } from 'playwright';
import { bundleFile } from '../bundle.js';
import { findChromium } from '../chromium.js';
import type { AgentUrls } from '../suite/agents.js';
import type { Runtime } from './runner.js';

export const page: Runtime = {
  name: 'Chromium',
  target: 'page',
  suites: ['scenarios', 'network', 'pages'],
  async version() {
    const browser = await chromium.launch(findChromium());
    const version = browser.version();
    await browser.close();
    return version;
  },
  async run({ app, bundle, agents }) {
    const script = `import { run } from './suite.js';\nglobalThis.report = run(${JSON.stringify(agents)});`;
    const scripts = { '/main.js': script, '/suite.js': readFileSync(join(app, bundle), 'utf8') };
    // Evaluated by the debugger, which a policy does not bind.
    return withPage(scripts, originsOf(agents), shown => shown.evaluate('globalThis.report'));
  },
  async runLines({ app, agents }) {
    const bundle = join(app, 'page-lines.js');
    await bundleFile(join(app, 'main.mjs'), 'page', app, bundle);
    const scripts = { '/main.js': readFileSync(bundle, 'utf8') };
    return withPage(scripts, originsOf(agents), async (shown, printed) => {
      while (!printed.at(-1)?.endsWith('report.')) await shown.waitForEvent('console', { timeout: 10_000 });
      return printed;
    });
  },
};

/** Those that the policy of the page names. */
function originsOf({ forbidden: _, ...allowed }: AgentUrls): string[] {
  return Object.values(allowed);
}

/** Shows a page that has these scripts, and may connect to these origins and nowhere else. */
async function withPage<T>(
  scripts: Readonly<Record<string, string>>,
  origins: readonly string[],
  use: (page: Page, printed: string[]) => Promise<T>,
): Promise<T> {
  const policy = `default-src 'none'; script-src 'self'; connect-src ${origins.join(' ')}`;
  const server = createServer(({ url = '' }, response) => {
    const script = scripts[url];
    response.setHeader('content-type', script === undefined ? 'text/html' : 'text/javascript');
    response.setHeader('content-security-policy', policy);
    if (script !== undefined) response.end(script);
    else if (url === '/') response.end('<!doctype html><script type="module" src="/main.js"></script>');
    else response.writeHead(404).end();
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const browser = await chromium.launch(findChromium());
  try {
    const shown = await browser.newPage();
    const printed: string[] = [];
    shown.on('console', message => printed.push(message.text()));
    const failed = new Promise<never>((_, reject) => shown.once('pageerror', reject));
    await shown.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    return await Promise.race([use(shown, printed), failed]);
  } finally {
    await browser.close();
    server.close();
    server.closeAllConnections();
  }
}
