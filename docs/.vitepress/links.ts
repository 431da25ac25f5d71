import { dirname, relative, resolve } from 'node:path';
import type { MarkdownRenderer } from 'vitepress';

/** Links to files of the package that are no page, such as examples, are shown as the files' paths. */
export function plainLinksOutside(md: MarkdownRenderer, folder: string): void {
  const isOutside = (href: string, page: string) =>
    href.startsWith('.') && relative(folder, resolve(dirname(page), href)).startsWith('..');
  md.core.ruler.push('plain-links-outside', ({ tokens, env }) => {
    for (const { children } of tokens) {
      let isOpen = false;
      for (const token of children ?? []) {
        const href = String(token.attrGet('href') ?? '');
        if (token.type === 'link_open' && isOutside(href, env.path)) isOpen = true;
        else if (!isOpen || token.type !== 'link_close') continue;
        else isOpen = false;
        token.tag = 'code';
        token.attrs = [];
      }
    }
  });
}

/** The same for a guide as it was written: on the site there is nothing that such a link could lead to. */
export function plainTextOutside(markdown: string): string {
  return markdown.replace(/\[([^\]]+)\]\(\.\.\/[^)]*\)/g, '`$1`');
}
