import { cpSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitepress';
import { decisions, guides, type Page } from './contents.js';
import { plainLinksOutside, plainTextOutside } from './links.js';
import { mendVitePress } from './mended.js';
import { readableTables } from './tables.js';

const folder = fileURLToPath(new URL('../', import.meta.url));
const linkOf = ({ file, title }: Page) => ({ text: title, link: `/${file.replace(/\.md$/, '')}` });

export default defineConfig({
  title: 'a2a-await',
  description: 'Hand work to an agent over A2A, and get the result, however long it takes.',
  lang: 'en',
  // None is asked for in vain.
  head: [['link', { rel: 'icon', href: 'data:,' }]],
  cleanUrls: true,
  srcExclude: ['node_modules/**'],
  rewrites: { 'decisions/README.md': 'decisions/index.md' },
  markdown: {
    config: md => md.use(plainLinksOutside, folder).use(readableTables),
    theme: { light: 'github-light-high-contrast', dark: 'github-dark-high-contrast' },
  },
  vite: { plugins: [mendVitePress] },
  /** What has no headings needs no room for an outline, and the matrix of servers needs all there is. */
  transformPageData({ filePath, frontmatter }) {
    const text = existsSync(folder + filePath) ? readFileSync(folder + filePath, 'utf8') : '';
    if (filePath === 'servers.md' || !/^## /m.test(text)) frontmatter['aside'] = false;
  },
  themeConfig: {
    nav: [
      { text: 'Guide', link: '/start' },
      { text: 'Reference', link: '/reference/' },
      { text: 'Decisions', link: '/decisions/' },
      // No page of VitePress, so it is loaded anew.
      { text: 'Monitor', link: '/monitor/', target: '_self' },
    ],
    sidebar: {
      '/': guides.map(({ title, pages }) => ({ text: title, items: pages.map(linkOf) })),
      '/reference/': existsSync(`${folder}reference/typedoc-sidebar.json`)
        ? JSON.parse(readFileSync(`${folder}reference/typedoc-sidebar.json`, 'utf8'))
        : [],
      '/decisions/': [{ text: 'Decisions', items: decisions(folder).map(linkOf) }],
    },
    search: { provider: 'local' },
    outline: [2, 3],
  },
  /** For those who read with a model: https://llmstxt.org. The guides are there as text, too, with their pictures. */
  buildEnd({ outDir }) {
    for (const { file } of guides.flatMap(({ pages }) => pages))
      writeFileSync(`${outDir}/${file}`, plainTextOutside(readFileSync(folder + file, 'utf8')));
    cpSync(`${folder}pictures`, `${outDir}/pictures`, {
      recursive: true,
      filter: path => !path.endsWith('.ts'),
    });
    cpSync(`${folder}../examples/monitor/dist`, `${outDir}/monitor`, { recursive: true });
    const sections = guides.map(({ title, pages }) => {
      const lines = pages.map(({ file, title, about }) => `- [${title}](/${file}): ${about}`);
      return `## ${title}\n\n${lines.join('\n')}\n`;
    });
    writeFileSync(
      `${outDir}/llms.txt`,
      `# a2a-await\n\n> Hand work to a remote AI agent over the A2A (Agent2Agent) protocol from JavaScript, and get the result, however long it takes.\n\n${sections.join('\n')}`,
    );
  },
});
