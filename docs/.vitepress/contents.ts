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
    title: 'Begin',
    pages: [
      { file: 'start.md', title: 'Start in five minutes', about: 'From an empty folder to a result.' },
      {
        file: 'calls.md',
        title: 'Send, wait, or both',
        about: 'Messages, files, conversations, the other calls, and the options of the client.',
      },
      {
        file: 'waiting.md',
        title: 'Waiting',
        about:
          'Deadlines, questions of the agent, schedules, going on in another process, and other clients.',
      },
      { file: 'errors.md', title: 'Errors', about: 'Every class of error, and what to do about it.' },
    ],
  },
  {
    title: 'Faster',
    pages: [
      {
        file: 'streams.md',
        title: 'Streams',
        about: 'What happens as it happens, with nothing lost when a stream breaks off.',
      },
      {
        file: 'adaptive.md',
        title: 'The fastest way',
        about: 'AdaptiveClient: push, stream or polling, with polling underneath.',
      },
      { file: 'many-tasks.md', title: 'Many tasks', about: 'Thousands of waits, and what they cost.' },
      {
        file: 'webhooks.md',
        title: 'Webhooks',
        about: 'Receive and verify push notifications, in any runtime and framework.',
      },
      { file: 'browsers.md', title: 'Browsers', about: 'CORS, policies, and pages that sleep.' },
      {
        file: 'many-processes.md',
        title: 'Many processes',
        about: 'Webhooks behind a load balancer, on Redis.',
      },
    ],
  },
  {
    title: 'Trust',
    pages: [
      { file: 'auth.md', title: 'Credentials', about: 'Tokens, keys, and where they are sent.' },
      { file: 'signed-cards.md', title: 'Signed cards', about: 'Whose card it is.' },
      {
        file: 'testing-your-app.md',
        title: 'Testing your app',
        about: 'A server in memory for the tests of an application that uses an agent.',
      },
      {
        file: 'servers.md',
        title: 'What works with which server',
        about: "As measured with other people's servers.",
      },
    ],
  },
  {
    title: 'Move',
    pages: [
      {
        file: 'from-a2a-js-sdk.md',
        title: 'From @a2a-js/sdk',
        about: 'Keep the official client and wait with this, or move call by call.',
      },
      {
        file: 'from-praisonai.md',
        title: "From PraisonAI's Python recipes",
        about: 'The loops and webhooks of its guide, line by line.',
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
