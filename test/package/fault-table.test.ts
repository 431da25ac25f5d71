import { readFileSync } from 'node:fs';
import { A2AClient, type Message, type Task } from 'a2a-await';
import { createReferenceServer, type RequestFault } from 'a2a-await/testing';
import { setupServer } from 'msw/node';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';

// What docs/testing-your-app.md says that an application sees of each fault.

interface Row {
  fault: RequestFault;
  sent: string;
  waited: string;
}

const guide = readFileSync(new URL('../../docs/testing-your-app.md', import.meta.url), 'utf8');
const table = /<!-- faults:begin -->([\s\S]*)<!-- faults:end -->/.exec(guide)?.[1] ?? '';
const rows = [...table.matchAll(/^\| `(.*?)` \| .*? \| (.*?) \| (.*?) \|$/gm)].map(
  ([, fault, sent = '', waited = '']): Row => ({
    fault: new Function(`return ${fault}`)(),
    sent,
    waited,
  }),
);

const server = createReferenceServer({ url: 'https://agent.example' });
const network = setupServer(...server.handlers);
beforeAll(() => network.listen({ onUnhandledRequest: 'error' }));
beforeEach(() => void vi.useFakeTimers());
afterEach(async () => {
  vi.useRealTimers();
  await server.reset();
});
afterAll(() => network.close());

test('the table has every kind of fault', () => {
  const kinds = rows.map(({ fault }) => (typeof fault === 'string' ? fault : Object.keys(fault)[0]));
  const refused = () => createReferenceServer({ fault: 'none' as 'reset' });
  expect(refused).toThrow(`fault must be one of ${[...new Set(kinds)].join(', ')}, not "none".`);
});

test.each(rows)('a message sees of $fault what the table says', async ({ fault, sent }) => {
  server.use({
    fault: ({ rpcMethod, nth }) => (rpcMethod === 'SendMessage' && nth === 1 ? fault : undefined),
  });
  const client = new A2AClient(server.url);
  expect(sent).toMatch(await outcome(client.sendMessage('olives')));
  expect(server.tasks.size > 0).toBe(/^the task|the task exists/.test(sent));
});

test.each(rows)('a wait sees of $fault what the table says', async ({ fault, waited }) => {
  const client = new A2AClient(server.url);
  const task = await client.sendMessage('olives', { returnImmediately: true });
  server.use({ fault: ({ rpcMethod, nth }) => (rpcMethod === 'GetTask' && nth === 1 ? fault : undefined) });
  expect(waited).toMatch(await outcome(client.waitForCompletion(task)));
  expect(server.requests.filter(request => request.fault)).toHaveLength(1);
});

/** How the table's cell begins. */
async function outcome(result: Promise<Task | Message>): Promise<RegExp> {
  const told = result.then(
    answer => {
      expect(answer).toMatchObject({ kind: 'task', status: { state: 'completed' } });
      return /^the task/;
    },
    error => new RegExp(`^\`${error.name}\``),
  );
  await vi.advanceTimersByTimeAsync(600_000);
  return told;
}
