import { readdirSync, readFileSync } from 'node:fs';

/** A page of the site. */
export interface Page {
  /** In docs/. */
  file: string;
  title: string;
  /** One sentence. */
  about: string;
}

/** The guides, in the order in which one reads them. */
export const guides: { title: string; pages: Page[] }[] = [
  {
    title: 'Trust',
    pages: [
      {
        file: 'testing-your-app.md',
        title: 'Testing your app',
        about: 'A server in memory for the tests of an application that uses an agent.',
      },
    ],
  },
];

/** What was decided, and why. */
export function decisions(folder: string): Page[] {
  return readdirSync(`${folder}decisions`)
    .filter(name => /^\d/.test(name))
    .map(name => {
      const [, title = name] = /^# (.*)$/m.exec(readFileSync(`${folder}decisions/${name}`, 'utf8')) ?? [];
      return { file: `decisions/${name}`, title, about: '' };
    });
}
