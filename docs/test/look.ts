import type axe from 'axe-core';
import type { Page } from 'playwright';

/** What is wrong with the page that is open, a line each. */
export async function look(page: Page, axeSource: string): Promise<string[]> {
  if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(axeSource);
  return page.evaluate(async () => {
    const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
    const { violations } = await (globalThis as unknown as { axe: typeof axe }).axe.run({
      runOnly: tags,
      resultTypes: ['violations'],
    });
    const elements = (selector: string) => [...document.querySelectorAll<HTMLElement>(selector)];
    const images = elements('img') as HTMLImageElement[];
    return [
      ...violations.flatMap(({ id, nodes }) =>
        nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary}`),
      ),
      ...images.filter(({ naturalWidth }) => naturalWidth === 0).map(({ src }) => `not shown: ${src}`),
      ...elements('.vp-doc :is(pre, table)')
        .filter(({ scrollWidth, clientWidth }) => scrollWidth > clientWidth + 1)
        .map(({ tagName, textContent }) => `wider than its column: ${tagName} ${textContent?.slice(0, 60)}`),
    ];
  });
}
