import { drawOverview } from './overview.js';
import { record } from './record.js';
import { drawSequence } from './sequence.js';
import type { Picture } from './svg.js';
import { tell } from './telling.js';

const draw = async (title: string, ...run: Parameters<typeof record>) => {
  const steps = await record(...run);
  return drawSequence({ title, text: `${title}: ${tell(steps)}` }, steps);
};

/** How a client comes to know, each drawn from a run. */
export const stories: Record<string, () => Promise<Picture>> = {
  polling: () => draw('Polling', 'poll'),
  stream: () => draw('A stream, with polling underneath', 'stream'),
  push: () => draw('A webhook, with polling underneath', 'push'),
  'push-lost': () => draw('A webhook, and the last notification gets lost', 'push', { losesTheEnd: true }),
  async strategies() {
    const ways = { poll: 'Polling', stream: 'A stream', push: 'A webhook' } as const;
    const runs = [];
    for (const way of ['poll', 'stream', 'push'] as const)
      runs.push({ name: ways[way], steps: await record(way) });
    const title = 'The same task, by each of the three ways';
    return drawOverview(
      { title, text: runs.map(({ name, steps }) => `${name}: ${tell(steps)}`).join(' ') },
      runs,
    );
  },
};
