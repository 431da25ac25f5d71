import { AdaptiveClient, type Task, textOf } from 'a2a-await';
import { artifact, createReferenceServer, working } from 'a2a-await/testing';
import { listen } from 'a2a-await/testing/node';
import { describe, expect, it } from 'vitest';

describe('an AdaptiveClient on a socket', () => {
  it('knows of the end of 400 tasks, each by its stream, when they end', async () => {
    const server = createReferenceServer({
      async *agent(turn) {
        yield working();
        await turn.sleep(300);
        yield artifact('Done.');
      },
    });
    const listening = await listen(server);
    const adaptive = new AdaptiveClient(listening.url);
    const handles = await Promise.all(Array.from({ length: 400 }, () => adaptive.submitTask('go')));
    const begun = performance.now();
    const waits = handles.map(handle =>
      handle.kind === 'task-handle' ? handle.wait({ timeout: 12_000 }) : handle,
    );
    for (const done of await Promise.all(waits)) expect(textOf(done as Task)).toBe('Done.');
    // None by its deadline.
    expect(performance.now() - begun).toBeLessThan(11_000);
    await adaptive.close();
    await listening.close();
    await server.close();
  });

  it.each(['lose', 'duplicate', 'late'] as const)(
    'gives the whole task where pieces of its stream go wrong (%s)',
    async mishap => {
      const server = createReferenceServer({
        async *agent(turn) {
          yield working();
          await turn.sleep(200);
          yield artifact('A', { artifactId: 'a' });
          yield artifact('B', { artifactId: 'a', append: true });
        },
        streamMishap: ({ kind }) => (kind === 'artifact-update' ? mishap : undefined),
      });
      const adaptive = new AdaptiveClient(server.url, { fetch: server.fetch });
      expect(textOf(await adaptive.run('go', { timeout: 10_000 }))).toBe('AB');
      await adaptive.close();
      await server.close();
    },
  );
});
