import { afterAll, beforeAll, expect, test } from 'vitest';
import { serveSite } from './site.js';

let site: Awaited<ReturnType<typeof serveSite>>;
beforeAll(async () => {
  site = await serveSite();
});
afterAll(() => site.close());

test('every link of llms.txt, and of the guides as text, leads to something', async () => {
  const dead: string[] = [];
  const urls = new Set([`${site.url}/llms.txt`]);
  // A set that grows is walked to its end.
  for (const url of urls) {
    const answer = await fetch(url);
    if (!answer.ok) dead.push(url);
    if (!answer.ok || !/\.(md|txt)$/.test(url)) continue;
    for (const [, target = ''] of (await answer.text()).matchAll(/\]\(([^)\s#]+)/g)) {
      const { origin, href } = new URL(target, url);
      if (origin === site.url) urls.add(href);
    }
  }
  expect(dead).toEqual([]);
  expect(urls.size).toBeGreaterThan(20);
});
