import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { type Browser, chromium, type Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findChromium } from '../../test/runtimes/chromium.js';
import { look } from './look.js';
import { listPages, serveSite } from './site.js';

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const pages = listPages();
/** Classes of the reference are made alike, decisions too: the first of each is looked at as the guides are. */
const kindOf = (path: string) =>
  /^\/(reference|decisions)\/.*[^/]$/.test(path) ? path.split('/').at(-2) : path;
const firstOfEach = new Map([...pages].reverse().map(path => [kindOf(path), path]));
const looked = new Set(firstOfEach.values());

let site: Awaited<ReturnType<typeof serveSite>>;
let browser: Browser;
beforeAll(async () => {
  site = await serveSite();
  browser = await chromium.launch(findChromium());
}, 60_000);
afterAll(async () => {
  await browser.close();
  site.close();
});

/** As many pages as tests run at once; each is lent to one of them. */
function lend(colorScheme: 'light' | 'dark', prepare = async (_: Page) => {}) {
  const free: Page[] = [];
  beforeAll(async () => {
    for (const _ of ['one', 'other']) {
      const page = await browser.newPage({ viewport: { width: 1280, height: 900 }, colorScheme });
      await prepare(page);
      free.push(page);
    }
  });
  afterAll(async () => {
    for (const page of free) await page.context().close();
  });
  return async (use: (page: Page) => Promise<void>) => {
    const page = free.pop();
    if (!page) throw new Error('More tests run at once than there are pages.');
    await use(page).finally(() => free.push(page));
  };
}

describe.each(['light', 'dark'] as const)('in %s, as it runs', colorScheme => {
  const withPage = lend(colorScheme);

  test.concurrent.each([...looked])('%s can be read by everybody', path =>
    withPage(async page => {
      await page.goto(site.url + path);
      await page.waitForFunction(() => '__vue_app__' in (document.querySelector('#app') ?? {}));
      expect(await look(page, axeSource)).toEqual([]);
    }),
  );
});

describe('the rest of the reference and the decisions, as served, in one frame', () => {
  const withPage = lend('light', async page => {
    await page.route('**/*.js', route => route.abort());
    await page.goto(`${site.url}/reference/`);
    // The same on every page, and most of what there is to look at.
    await page.evaluate(() => document.querySelector('.VPSidebar')?.remove());
  });

  test.concurrent.each(pages.filter(path => !looked.has(path)))('%s can be read by everybody', path =>
    withPage(async page => {
      await page.evaluate(async url => {
        const served = new DOMParser().parseFromString(await (await fetch(url)).text(), 'text/html');
        document.querySelector('.VPContent')?.replaceWith(served.querySelector('.VPContent') as Element);
      }, path);
      expect(await look(page, axeSource)).toEqual([]);
    }),
  );
});

describe('a page that not everybody can read', () => {
  const withPage = lend('light');

  test('is found', () =>
    withPage(async page => {
      await page.setContent(
        '<main class="vp-doc"><img src="none.svg"><pre style="overflow: auto; width: 9px">long</pre></main>',
      );
      const found = (await look(page, axeSource)).join('\n');
      for (const each of ['image-alt', 'html-has-lang', 'not shown', 'wider than its column'])
        expect(found).toContain(each);
    }));
});
