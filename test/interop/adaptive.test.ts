import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  A2AClient,
  AdaptiveClient,
  type AdaptiveEvents,
  type Binding,
  type PushSupport,
  type Strategy,
  type Task,
} from 'a2a-await';
import { createWebhookReceiver, type WebhookReceiver } from 'a2a-await/webhook';
import { toNodeHandler } from 'a2a-await/webhook/node';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { taskOf } from './expected.js';
import { type Peer, peers, type RecordedRequest, type RunningPeer, startPeer, titleOf } from './peers.js';
import { keep, notRun, productOf, tableOf } from './table.js';

// Which way real servers tell of the end of a task, and that it is always the right end.

interface Row {
  peer: Peer;
  binding: Binding;
}

const rows: Row[] = [
  ...peers.map((peer): Row => ({ peer, binding: 'JSONRPC' })),
  ...peers
    .filter(({ dialect }) => dialect !== 'praison')
    .map((peer): Row => ({ peer, binding: 'HTTP+JSON' })),
];

const titles = ['server', 'binding', '`checkPushSupport()`', 'with a webhook', 'without one'] as const;
type Title = (typeof titles)[number];
/** What the tests saw: the table that is in the README. */
const seen = new Map<Row, Map<Title, string>>();

/** By the server; what each answers over HTTP+JSON is the same but for the one that lacks half of the methods there. */
function expectedOf({ peer, binding }: Row): Record<'push' | 'alone', Strategy> & { support: PushSupport } {
  const alone = peer.dialect === 'praison' ? 'poll' : 'stream';
  if (peer.name === 'praison') return { support: 'no', push: 'poll', alone };
  return { support: hasAll({ peer, binding }) ? 'yes' : 'unknown', push: 'push', alone };
}

/** The Python server of 0.3 neither lists nor deletes configurations over HTTP+JSON. */
function hasAll({ peer, binding }: Row): boolean {
  return peer.name !== 'py-0.3' || binding === 'JSONRPC';
}

for (const row of rows) {
  const { peer, binding } = row;
  const { support, push, alone } = expectedOf(row);
  const found = new Map<Title, string>();
  seen.set(row, found);

  describe.skipIf(!peer.installed && !process.env['CI'])(`${titleOf(peer)} over ${binding}`, () => {
    let running: RunningPeer;
    let server: Server;
    let receiver: WebhookReceiver;
    beforeAll(async () => {
      if (!peer.installed) throw new Error(titleOf(peer));
      running = await startPeer(peer.name);
      server = createServer();
      await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
      const { port } = server.address() as AddressInfo;
      receiver = createWebhookReceiver({ url: `http://127.0.0.1:${port}/hook` });
      server.on('request', toNodeHandler(receiver));
    });
    afterAll(async () => {
      await running?.stop();
      await receiver?.close();
      server?.closeAllConnections();
      await new Promise(resolve => server?.close(resolve));
    });

    const connect = () => new A2AClient(running.url, { binding });

    /** A client that has this webhook, and all that it told. */
    function adapt(webhook?: WebhookReceiver, client = connect()) {
      const adaptive = new AdaptiveClient(client, { webhook });
      const strategies: Strategy[] = [];
      const warnings: AdaptiveEvents['warning'][] = [];
      const settled: Task[] = [];
      adaptive.on('strategy', ({ strategy }) => strategies.push(strategy));
      adaptive.on('warning', warning => warnings.push(warning));
      adaptive.on('settled', ({ task }) => settled.push(task));
      return { adaptive, client, strategies, warnings, settled };
    }

    /** What the server would notify about the task, asked over the binding that has a list. */
    async function configured(taskId: string): Promise<unknown[]> {
      await using client = new A2AClient(running.url);
      return await client.pushNotifications.list(taskId);
    }

    /** What the agent made, without the ids and times that no two tasks share. */
    const essence = ({ status, artifacts }: Task) => ({
      state: status.state,
      artifacts: artifacts.map(({ name, parts }) => ({ name, parts })),
    });

    test('says whether it notifies, and is left as it was', async () => {
      const { adaptive, client } = adapt(receiver);
      const answer = await adaptive.checkPushSupport();
      found.set('`checkPushSupport()`', answer);
      expect(answer).toBe(support);
      // Of all that it was sent, nothing could have made a task or a configuration.
      const isQuestion = ({ path }: RecordedRequest) => !path.includes('well-known');
      if (support !== 'no') await running.received(isQuestion);
      const asked = running.requests.filter(isQuestion);
      const isHarmless = ({ method, body }: RecordedRequest) =>
        method === 'GET' || /list/i.test((body as { method?: string } | null)?.method ?? '');
      expect(asked.length).toBe(support === 'no' ? 0 : 1);
      expect(asked.every(isHarmless)).toBe(true);
      await adaptive.close();
      await client.close();
    });

    for (const [title, hasWebhook, strategy] of [
      ['with a webhook', true, push],
      ['without one', false, alone],
    ] as const) {
      test.concurrent(`${title}: it is told by ${strategy}, and the task is the same`, async () => {
        const { adaptive, client, strategies, warnings, settled } = adapt(hasWebhook ? receiver : undefined);
        const notified: string[] = [];
        adaptive.on('notification', ({ taskId }) => notified.push(taskId));
        const done = taskOf(await adaptive.run('slow', { timeout: 20_000 }));
        found.set(title, strategies.join(', then '));
        expect(strategies).toEqual([strategy]);
        expect(essence(done)).toEqual(essence(taskOf(await client.run('slow', { timeout: 20_000 }))));
        expect(settled).toEqual([done]);
        expect(notified.includes(done.id)).toBe(strategy === 'push');
        await adaptive.close();
        if (support !== 'no') {
          const isCleared = hasAll(row) || strategy !== 'push';
          expect(await configured(done.id)).toHaveLength(isCleared ? 0 : 1);
        }
        expect(warnings).toEqual([]);
        await client.close();
      });
    }

    test.concurrent('a task that is over at once says nothing about its webhook', async () => {
      const { adaptive, client, warnings } = adapt(receiver);
      for (let times = 0; times < 3; times += 1) {
        const done = taskOf(await adaptive.run('hello', { timeout: 20_000 }));
        expect(done.status.state).toBe('completed');
      }
      await adaptive.close();
      expect(warnings).toEqual([]);
      // What notified, notifies, whatever the answer to the question.
      expect([support, ...(support === 'no' ? [] : ['yes'])]).toContain(await adaptive.checkPushSupport());
      await client.close();
    });

    test.concurrent('a task that nobody waits for leaves no configuration either', async () => {
      const { adaptive, client } = adapt(receiver);
      const handle = await adaptive.submitTask('slow');
      if (handle.kind !== 'task-handle') throw new Error('A slow run is a task.');
      await adaptive.close();
      if (support === 'yes') expect(await configured(handle.id)).toEqual([]);
      await client.close();
    });

    test.concurrent('a task is taken up again by another client, which is told as well', async () => {
      const first = adapt(receiver);
      const handle = await first.adaptive.submitTask('slow');
      if (handle.kind !== 'task-handle') throw new Error('A slow run is a task.');
      const token = JSON.parse(JSON.stringify(handle.serialize()));
      const second = adapt(receiver);
      const done = await second.adaptive.resume(token).wait({ timeout: 20_000 });
      expect(done).toMatchObject({ id: handle.id, status: { state: 'completed' } });
      expect(second.strategies).toEqual([push]);
      await second.adaptive.close();
      expect(second.warnings).toEqual([]);
      if (support === 'yes') expect(await configured(handle.id)).toEqual([]);
      for (const { adaptive, client } of [first, second]) {
        await adaptive.close();
        await client.close();
      }
    });

    test.skipIf(support !== 'yes').concurrent(
      'a webhook that nobody serves is noticed, and is no loss',
      {
        timeout: 30_000,
      },
      async () => {
        // Nothing listens at the port of discard.
        const deaf = createWebhookReceiver({ url: 'http://127.0.0.1:9/hook' });
        const { adaptive, client, strategies, warnings } = adapt(deaf);
        const done = taskOf(await adaptive.run('slow', { timeout: 20_000 }));
        expect(done.status.state).toBe('completed');
        expect(strategies[0]).toBe('push');
        await vi.waitFor(() => expect(warnings.map(({ code }) => code)).toEqual(['push-lost']), 5_000);
        expect(await adaptive.checkPushSupport()).toBe('no');

        strategies.length = 0;
        await adaptive.run('slow', { timeout: 20_000 });
        expect(strategies).toEqual([alone]);
        await adaptive.close();
        await client.close();
        await deaf.close();
      },
    );
  });
}

const bindings: Record<Binding, string> = { JSONRPC: 'JSON-RPC', 'HTTP+JSON': 'HTTP+JSON' };

afterAll(() => {
  const lines = rows.map(row => [
    productOf(row.peer),
    bindings[row.binding],
    ...titles.slice(2).map(title => seen.get(row)?.get(title) ?? notRun),
  ]);
  keep('adaptive.md', tableOf([[...titles], ...lines]));
});
