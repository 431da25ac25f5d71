import { A2AClient, AdaptiveClient, textOf } from 'a2a-await';
import { artifact, createReferenceServer } from 'a2a-await/testing';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { watched } from '../../support/settling.js';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

it.each([
  ['A2AClient', A2AClient],
  ['AdaptiveClient', AdaptiveClient],
] as const)('run of %s leaves a server that blocks all of its timeout', async (_, Client) => {
  await using server = createReferenceServer({
    blocking: 'always',
    async *agent(turn) {
      await turn.sleep(33_000);
      yield artifact('At last.');
    },
  });
  await using client = new Client(server.url, { fetch: server.fetch });
  const outcome = watched(client.run('go', { timeout: 60_000 }));
  await vi.advanceTimersByTimeAsync(40_000);
  expect(outcome.error).toBeUndefined();
  expect(outcome.value && textOf(outcome.value)).toBe('At last.');
  expect(server.tasks.size).toBe(1);
});

it('run of AdaptiveClient heeds a requestTimeout that is given', async () => {
  await using server = createReferenceServer({
    fault: ({ operation }) => (operation === 'send' ? 'hang' : undefined),
  });
  await using client = new AdaptiveClient(server.url, { fetch: server.fetch });
  const outcome = watched(client.run('go', { timeout: 60_000, requestTimeout: 5_000 }));
  await vi.advanceTimersByTimeAsync(5_500);
  expect(outcome.error).toMatchObject({ code: 'request-timeout' });
});
