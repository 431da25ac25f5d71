import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { type Browser, chromium, type Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findChromium } from '../../test/runtimes/chromium.js';
import { look } from './look.js';
import { listPages, serveSite } from './site.js';

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const pages = listPages();
const isReference = (path: string) => path.startsWith('/reference/');
/** Pages of a folder of the reference are made alike: the first of each is looked at as all others are. */
const kindOf = (path: string) => path.slice(0, path.lastIndexOf('/'));
const firstOfEach = new Map(
  [...pages].reverse().map(path => [isReference(path) ? kindOf(path) : path, path]),
);
const looked = new Set(firstOfEach.values());

let site: Awaited<ReturnType<typeof serveSite>>;
let browser: Browser;
let page: Page;
const open = async (colorScheme: 'light' | 'dark') => {
  page = await browser.newPage({ viewport: { width: 1280, height: 900 }, colorScheme });
};

beforeAll(async () => {
  site = await serveSite();
  browser = await chromium.launch(findChromium());
}, 60_000);
afterAll(async () => {
  await browser.close();
  site.close();
});

describe.each(['light', 'dark'] as const)('in %s, as it runs', colorScheme => {
  beforeAll(() => open(colorScheme));
  afterAll(() => page.close());

  test.each([...looked])('%s can be read by everybody', async path => {
    await page.goto(site.url + path);
    await page.waitForFunction(() => '__vue_app__' in (document.querySelector('#app') ?? {}));
    expect(await look(page, axeSource)).toEqual([]);
  });
});

describe('the rest of the reference, as it is served, in one frame', () => {
  beforeAll(async () => {
    await open('light');
    await page.route('**/*.js', route => route.abort());
    await page.goto(`${site.url}/reference/`);
    // The same on every page, and most of what there is to look at.
    await page.evaluate(() => document.querySelector('.VPSidebar')?.remove());
  });
  afterAll(() => page.close());

  test.each(pages.filter(path => !looked.has(path)))('%s can be read by everybody', async path => {
    await page.evaluate(async url => {
      const served = new DOMParser().parseFromString(await (await fetch(url)).text(), 'text/html');
      document.querySelector('.VPContent')?.replaceWith(served.querySelector('.VPContent') as Element);
    }, path);
    expect(await look(page, axeSource)).toEqual([]);
  });
});

test('what cannot be read by everybody is found', async () => {
  await open('light');
  await page.setContent(
    '<main class="vp-doc"><img src="none.svg"><pre style="overflow: auto; width: 9px">long</pre></main>',
  );
  const found = await look(page, axeSource);
  await page.close();
  for (const each of ['image-alt', 'html-has-lang', 'not shown', 'wider than its column'])
    expect(found.join('\n')).toContain(each);
});
