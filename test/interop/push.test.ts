import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { A2AClient, isTask, type Task, textOf } from 'a2a-await';
import { createWebhookReceiver, type WebhookReceiver } from 'a2a-await/webhook';
import { toNodeHandler } from 'a2a-await/webhook/node';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { peers, type RunningPeer, startPeer, titleOf } from './peers.js';

// Real servers notify a real receiver.

for (const peer of peers.filter(({ dialect }) => dialect !== 'praison')) {
  describe.skipIf(!peer.installed && !process.env['CI'])(`notifications of ${titleOf(peer)}`, () => {
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

    /** A task that takes a while, and a registration that its server was told of. */
    const begin = async (client: A2AClient) => {
      const sent = await client.sendMessage('slow', { returnImmediately: true });
      if (!isTask(sent)) throw new Error('A slow run is a task.');
      const registration = await receiver.register();
      const config = registration.toConfig();
      const stored = await client.pushNotifications.set(sent.id, config);
      expect(stored).toMatchObject({ taskId: sent.id, url: config.url, id: config.id });
      return { sent, registration };
    };

    test('arrive, are let in, and end a wait that asks nobody', async () => {
      const client = new A2AClient(running.url);
      const refused: unknown[] = [];
      receiver.on('refused', event => refused.push(event));
      const { sent, registration } = await begin(client);
      await registration.bind(sent.id);
      const done = await receiver.wait(registration, { timeout: 20_000 });
      expect(done).toMatchObject({ id: sent.id, status: { state: 'completed' } });
      expect(refused).toEqual([]);
      await client.close();
    });

    test('end a wait with the whole task, where the client is at hand', async () => {
      const client = new A2AClient(running.url);
      const { sent, registration } = await begin(client);
      await registration.bind(sent.id);
      const told: unknown[] = [];
      receiver.on('notification', ({ taskId }) => told.push(taskId));
      const done: Task = await receiver.wait(sent.id, { timeout: 20_000, source: client });
      expect(textOf(done)).toBe('Report for: slow');
      expect(told).toContain(sent.id);
      await client.close();
    });

    test('are read, listed and deleted again, in both bindings', async () => {
      for (const binding of ['JSONRPC', 'HTTP+JSON'] as const) {
        const client = new A2AClient(running.url, { binding });
        const { sent, registration } = await begin(client);
        const { id = '', url } = registration.toConfig();
        const push = client.pushNotifications;
        expect(await push.get(sent.id, id)).toMatchObject({ taskId: sent.id, url });
        // The Python server of 0.3 has neither over HTTP+JSON.
        if (peer.name === 'py-0.3' && binding === 'HTTP+JSON') continue;
        expect(await push.list(sent.id)).toMatchObject([{ taskId: sent.id, url }]);
        await push.delete(sent.id, id);
        expect(await push.list(sent.id)).toEqual([]);
        await client.close();
      }
    });

    test('that came with the message arrive as well', async () => {
      const client = new A2AClient(running.url);
      const registration = await receiver.register();
      const pushNotification = registration.toConfig();
      const sent = await client.sendMessage('slow', { returnImmediately: true, pushNotification });
      if (!isTask(sent)) throw new Error('A slow run is a task.');
      await registration.bind(sent.id);
      const done = await receiver.wait(registration, { timeout: 20_000 });
      expect(done).toMatchObject({ id: sent.id, status: { state: 'completed' } });
      await client.close();
    });

    test('without the secrets of the registration are not let in', async () => {
      const client = new A2AClient(running.url);
      const { registration } = await begin(client);
      const { url } = registration.toConfig();
      const forged = { statusUpdate: { taskId: 'x', status: { state: 'TASK_STATE_COMPLETED' } } };
      const headers = { 'content-type': 'application/json', 'x-a2a-notification-token': 'guessed' };
      const answer = await fetch(url, { method: 'POST', headers, body: JSON.stringify(forged) });
      expect(answer.status).toBe(401);
      await client.close();
    });
  });
}
