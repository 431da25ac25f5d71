import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { type Browser, type BrowserContextOptions, chromium, type Locator, type Page } from 'playwright';
import { build, preview } from 'vite';
import { expect } from 'vitest';
import { findChromium } from '../../../test/runtimes/chromium.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

export interface Served extends AsyncDisposable {
  url: string;
  browser: Browser;
}

/** The monitor, built as it would be put on a server, and a browser. */
export async function serve(): Promise<Served> {
  await build({ root, logLevel: 'error' });
  const server = await preview({ root, logLevel: 'error', preview: { host: '127.0.0.1', port: 0 } });
  const browser = await chromium.launch(findChromium());
  return {
    url: server.resolvedUrls?.local[0] ?? '',
    browser,
    async [Symbol.asyncDispose]() {
      await browser.close();
      await server.close();
    },
  };
}

export interface Opened extends AsyncDisposable {
  page: Page;
  /** What the page's console said that it should not. */
  complaints: string[];
  /** Has the page look for an agent elsewhere. */
  lookAt(url: string): Promise<void>;
  /** And find it. */
  meet(url: string): Promise<void>;
  /** Sends the message as the form says, and finds the run of that name. */
  send(): Promise<void>;
  run(name: RegExp): Locator;
  /** The text of what has the focus, or its element's name. */
  focused(): Promise<string | undefined>;
  /** How much moved by itself, as Chromium's layout-shift counts it. */
  shift(): Promise<number>;
  /** The violations axe finds. */
  violations(): Promise<string[]>;
}

/** One page of the monitor, with work that takes a second or what is said, in a browser that lacks something. */
export async function open(
  { browser, url }: Served,
  { seconds = 1, without, ...options }: BrowserContextOptions & { seconds?: number; without?: string } = {},
): Promise<Opened> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('pageerror', error => complaints.push(String(error)));
  page.on('console', message => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
  });
  await page.addInitScript(() => {
    const shifted = { total: 0 };
    Object.assign(window, { shifted });
    new PerformanceObserver(list => {
      for (const entry of list.getEntries() as (PerformanceEntry & {
        value: number;
        hadRecentInput: boolean;
      })[])
        if (!entry.hadRecentInput) shifted.total += entry.value;
    }).observe({ type: 'layout-shift', buffered: true });
  });
  if (without) await page.addInitScript(`delete ${without}`);
  await page.goto(url);
  if (options.serviceWorkers !== 'block') {
    await page.getByText('Reference agent').waitFor();
    await page.getByLabel('It works for, in seconds').fill(String(seconds));
  }
  const lookAt = async (agent: string) => {
    await page.getByLabel('an agent elsewhere').check();
    await page.getByLabel('Its url').fill(agent);
    await page.getByLabel('Its url').blur();
  };
  return {
    page,
    complaints,
    lookAt,
    async meet(agent) {
      await lookAt(agent);
      await page.locator('.agent dd').getByText(agent).waitFor();
    },
    send: () => page.getByRole('button', { name: 'Send' }).click(),
    run: name => page.getByRole('article', { name }),
    focused: () =>
      page.evaluate(() => document.activeElement?.textContent?.trim() || document.activeElement?.tagName),
    shift: () => page.evaluate(() => (window as unknown as { shifted: { total: number } }).shifted.total),
    async violations() {
      await page.evaluate(axe);
      const { violations } = (await page.evaluate('axe.run()')) as {
        violations: { id: string; nodes: { html: string; failureSummary: string }[] }[];
      };
      return violations.flatMap(({ id, nodes }) =>
        nodes.map(({ html, failureSummary }) => `${id}: ${html}: ${failureSummary}`),
      );
    },
    async [Symbol.asyncDispose]() {
      await context.close();
    },
  };
}

/** The number before a word in the figures of a run, e.g. of `notification`. */
export async function figure(run: Locator, word: string): Promise<number> {
  const text = (await run.locator('.figures').textContent()) ?? '';
  const [, number] = new RegExp(`([\\d.]+) ${word}`).exec(text) ?? [];
  expect(number, text).toBeDefined();
  return Number(number);
}
