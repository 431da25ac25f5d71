import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  A2AClient,
  InvalidParamsError,
  PushNotificationNotSupportedError,
  RpcError,
  TaskCanceledError,
  textOf,
} from 'a2a-await';
import {
  allOf,
  createWebhookReceiver,
  hmac,
  notificationToken,
  signPayload,
  type WebhookReceiver,
  type WebhookReceiverOptions,
} from 'a2a-await/webhook';
import { toNodeHandler } from 'a2a-await/webhook/node';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { taskOf } from './expected.js';
import { type Peer, peers, type RunningPeer, startPeer, titleOf } from './peers.js';

// PraisonAI notifies nobody by itself. Here its server has the extension that its guide tells how to write.

const operations = ['set', 'get', 'list', 'delete'] as const;
/** Calls by the name of the method, to see what it truly answers. */
const configure = (client: A2AClient, operation: (typeof operations)[number], params: object) =>
  client.callMethod(`tasks/pushNotificationConfig/${operation}`, params);

type Secret = 'token' | 'authentication';
/** Of peers/praison-webhook.py, which signs below this path only. */
const secret = 'of praison-webhook';
const recipes = '/recipes';

const peer = peers.find(({ name }) => name === 'praison-webhook') as Peer;

describe.skipIf(!peer.installed && !process.env['CI'])(`notifications of ${titleOf(peer)}`, () => {
  let running: RunningPeer;
  const cleanups: (() => Promise<unknown>)[] = [];
  beforeAll(async () => {
    if (!peer.installed) throw new Error(titleOf(peer));
    running = await startPeer(peer.name);
  });
  afterAll(async () => {
    await running?.stop();
    await Promise.all(cleanups.map(cleanup => cleanup()));
  });

  /** @param variant where the peer serves it */
  function connect(variant = ''): A2AClient {
    const client = new A2AClient(running.url + variant);
    cleanups.push(() => client.close());
    return client;
  }

  /** A receiver on a socket, and what came there; the first requests may be turned away before it sees them. */
  async function listen(options: Omit<WebhookReceiverOptions, 'url'> = {}, turnedAway = 0) {
    const server = createServer();
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const receiver = createWebhookReceiver({ url: `http://127.0.0.1:${port}/hook`, ...options });
    const received: {
      url: string;
      headers: Record<string, string>;
      text: string;
      status: Promise<number>;
    }[] = [];
    const handle: WebhookReceiver['handle'] = async (request, context) => {
      const text = await request.clone().text();
      const isTurnedAway = received.length < turnedAway;
      const answer = isTurnedAway
        ? Promise.resolve(new Response(null, { status: 503 }))
        : receiver.handle(request, context);
      const status = answer.then(response => response.status);
      received.push({ url: request.url, headers: Object.fromEntries(request.headers), text, status });
      return answer;
    };
    const statuses = () => Promise.all(received.map(({ status }) => status));
    server.on('request', toNodeHandler({ handle }));
    cleanups.push(async () => {
      await receiver.close();
      server.closeAllConnections();
      await new Promise(resolve => server.close(resolve));
    });
    return { receiver, received, statuses };
  }

  /** A task at work, and a registration that its server was told of, with these secrets only. */
  async function begin(client: A2AClient, receiver: WebhookReceiver, secrets: Secret[] = []) {
    const sent = taskOf(await client.sendMessage('slow', { returnImmediately: true }));
    const registration = await receiver.register();
    await registration.bind(sent.id);
    const config = registration.toConfig();
    const told = Object.fromEntries(secrets.map(name => [name, config[name]]));
    const { url } = config;
    const stored = await client.pushNotifications.set(sent.id, { url, ...told });
    expect(stored).toEqual({ taskId: sent.id, id: expect.any(String), url, ...told });
    return { sent, registration };
  }

  test.concurrent('bring both secrets and a state, and end a wait that asks nobody', async () => {
    const { receiver, received, statuses } = await listen();
    const reconcile: unknown[] = [];
    receiver.on('reconcile', ({ reason }) => reconcile.push(reason));
    const { sent, registration } = await begin(connect(), receiver, ['token', 'authentication']);
    const done = await receiver.wait(registration, { timeout: 20_000 });
    expect(done).toMatchObject({ id: sent.id, status: { state: 'completed' } });
    expect(done.artifacts).toEqual([]);

    expect(await statuses()).toEqual([204]);
    expect(reconcile).toEqual(['thin']);
    const [only] = received;
    expect(only?.headers).toMatchObject({
      'content-type': 'application/json',
      'x-webhook-token': registration.token,
      authorization: `Bearer ${registration.credentials}`,
    });
    expect(JSON.parse(only?.text ?? '')).toEqual({
      taskId: sent.id,
      status: { state: 'completed' },
      timestamp: expect.stringMatching(/^\d{4}-.+\+00:00$/),
    });
    expect(done.status.timestamp).toBe(JSON.parse(only?.text ?? '').timestamp);
  });

  test.concurrent('end a wait with the whole task, where the client is at hand', async () => {
    const client = connect();
    const { receiver, statuses } = await listen();
    const { sent } = await begin(client, receiver, ['token', 'authentication']);
    const told: unknown[] = [];
    receiver.on('notification', ({ taskId, event }) => told.push([taskId, event.kind]));
    const done = await receiver.wait(sent.id, { timeout: 20_000, source: client });
    expect(done).toMatchObject({ id: sent.id, status: { state: 'completed' } });
    expect(done.artifacts).toHaveLength(1);
    expect(textOf(done)).toBe('Report for: slow');
    expect(await statuses()).toEqual([204]);
    expect(told).toEqual([[sent.id, 'status-update']]);
    // At the start, and when it was notified: not by the clock.
    const asked = running.requests.filter(({ body }) => {
      const call = body as { method: string; params: { id?: string } } | null;
      return call?.method === 'tasks/get' && call.params.id === sent.id;
    });
    expect(asked.length).toBeLessThanOrEqual(2);
  });

  test.concurrent.each(['token', 'authentication'] as const)('are let in with the %s alone', async part => {
    const { receiver, received } = await listen();
    const { registration } = await begin(connect(), receiver, [part]);
    await receiver.wait(registration, { timeout: 20_000 });
    const [only] = received;
    expect('x-webhook-token' in (only?.headers ?? {})).toBe(part === 'token');
    expect('authorization' in (only?.headers ?? {})).toBe(part === 'authentication');
  });

  test.concurrent('without any secret are not let in', async () => {
    const client = connect();
    const { receiver, statuses } = await listen();
    const refused = new Promise(resolve => receiver.once('refused', resolve));
    const { sent, registration } = await begin(client, receiver);
    expect(await refused).toMatchObject({ status: 401, registrationId: registration.id });
    // It is not tried again, and yet the task can be waited for.
    const done = await receiver.wait(sent.id, { timeout: 20_000, source: client });
    expect(textOf(done)).toBe('Report for: slow');
    expect(await statuses()).toEqual([401]);
  });

  test.concurrent('are understood where all of the task was handed over, and the time is null', async () => {
    const client = connect('/whole-task');
    const { receiver, received } = await listen();
    const { sent, registration } = await begin(client, receiver, ['token']);
    const done = await receiver.wait(registration, { timeout: 20_000, source: client });
    expect(textOf(done)).toBe('Report for: slow');
    const [only] = received;
    const timestamp = done.status.timestamp;
    expect(timestamp).toEqual(expect.any(String));
    expect(JSON.parse(only?.text ?? '')).toEqual({
      taskId: sent.id,
      status: { state: 'completed', timestamp },
      timestamp: null,
    });
  });

  test.concurrent('are let in with a signature of the body, and end a wait', async () => {
    const client = connect(recipes);
    const { receiver, received, statuses } = await listen({
      verify: allOf(hmac({ secret }), notificationToken()),
    });
    const { registration } = await begin(client, receiver, ['token']);
    const done = await receiver.wait(registration, { timeout: 20_000, source: client });
    expect(textOf(done)).toBe('Report for: slow');
    expect(await statuses()).toEqual([204]);
    const [only] = received;
    expect(only?.headers['x-webhook-signature']).toBe(await signPayload(only?.text ?? '', secret));
  });

  test.concurrent('signed with another secret, or not signed, are not let in', async () => {
    const { receiver } = await listen({ verify: allOf(hmac({ secret: 'another' }), notificationToken()) });
    const refused = new Promise(resolve => receiver.once('refused', resolve));
    await begin(connect(recipes), receiver, ['token']);
    expect(await refused).toMatchObject({ status: 401, message: expect.stringContaining('of this body') });

    const unsigned = new Promise(resolve => receiver.once('refused', resolve));
    await begin(connect(), receiver, ['token', 'authentication']);
    expect(await unsigned).toMatchObject({ status: 401 });
  });

  test.concurrent('come again where they were turned away, if the server does not give up at once', async () => {
    const { receiver, received, statuses } = await listen({}, 1);
    const { sent, registration } = await begin(connect(recipes), receiver, ['token']);
    const done = await receiver.wait(registration, { timeout: 20_000 });
    expect(done).toMatchObject({ id: sent.id, status: { state: 'completed' } });
    expect(await statuses()).toEqual([503, 204]);
    expect(received[0]?.text).toBe(received[1]?.text);
  });

  test.concurrent('of a cancel come twice, and are told once', async () => {
    const client = connect();
    const { receiver, received, statuses } = await listen();
    const told: unknown[] = [];
    receiver.on('notification', ({ event }) =>
      told.push(event.kind === 'status-update' && event.status.state),
    );
    const { sent, registration } = await begin(client, receiver, ['token']);
    const waiting = receiver.wait(registration, { timeout: 20_000 });
    const rejected = expect(waiting).rejects.toThrow(TaskCanceledError);
    await client.cancel(sent.id);
    await rejected;
    await expect.poll(() => received.length).toBe(2);
    expect(await statuses()).toEqual([204, 204]);
    expect(received[0]?.text).toBe(received[1]?.text);
    expect(JSON.parse(received[0]?.text ?? '')).toMatchObject({ status: { state: 'cancelled' } });
    expect(told).toEqual(['canceled']);
  });

  test.concurrent('do not come any more when the configuration was deleted', async () => {
    const client = connect();
    const { receiver, received } = await listen();
    const deleted = await begin(client, receiver, ['token']);
    await client.pushNotifications.delete(deleted.sent.id);
    const kept = await begin(client, receiver, ['token']);
    // It was begun later, so the other one's would have come before.
    await receiver.wait(kept.registration, { timeout: 20_000 });
    expect((await client.getTask(deleted.sent.id)).status.state).toBe('completed');
    expect(received.map(({ url }) => url.includes(kept.registration.id))).toEqual([true]);
  });

  describe('are configured', () => {
    const url = 'https://app.example/hooks/1';

    test.concurrent('for each task once: the last one is given back as it is kept', async () => {
      const client = connect();
      const { id: taskId } = taskOf(await client.sendMessage('hello'));
      // It does not know of ids.
      const bare = { taskId, url, token: null, authentication: {} };
      expect(await configure(client, 'set', { taskId, url, id: 'first' })).toEqual(bare);
      const config = { taskId, url, token: 'x', authentication: { scheme: 'Bearer', credentials: 'y' } };
      expect(await configure(client, 'set', config)).toEqual(config);
      expect(await configure(client, 'get', { taskId, id: 'first' })).toEqual(config);
      expect(await configure(client, 'delete', { taskId })).toEqual({ deleted: true });
    });

    test.concurrent('for any task, also one that there is not, and are listed all together', async () => {
      const client = connect();
      const { id } = taskOf(await client.sendMessage('hello'));
      const known = { taskId: id, url, token: null, authentication: {} };
      const unknown = { ...known, taskId: 'task-to-come' };
      for (const { taskId } of [known, unknown]) await configure(client, 'set', { taskId, url });
      const { configs } = (await configure(client, 'list', { taskId: id })) as { configs: unknown[] };
      expect(configs).toEqual(expect.arrayContaining([known, unknown]));
      // Of which the client gives those that were asked for.
      expect(await client.pushNotifications.list(id)).toEqual([{ taskId: id, url }]);
    });

    test.concurrent('not with a message, whichever way it says where to', async () => {
      const client = connect();
      const message = { messageId: 'm-1', role: 'user', parts: [{ text: 'hello' }] };
      const configuration = { pushNotificationConfig: { url }, taskPushNotificationConfig: { url } };
      const sent = (await client.callMethod('message/send', { message, configuration })) as { id: string };
      const error = await rejection(configure(client, 'get', { taskId: sent.id }));
      expect(error.message).toContain('Config not found');
    });

    test.concurrent.each([
      ['get', { taskId: 'task-of-nobody' }],
      ['delete', { taskId: 'task-of-nobody' }],
      // Which one is meant it does not ask.
      ['get', {}],
      ['delete', {}],
    ] as const)('%s %j finds none, and says so', async (operation, params) => {
      const error = await rejection(configure(connect(), operation, params));
      expect(error).toMatchObject({ name: 'RpcError', rpcCode: -32000 });
      expect(error.message).toContain('Config not found');
    });

    test.concurrent.each([{ taskId: 'task-to-come' }, { url }, { taskId: '', url }])(
      'not with %j alone',
      async params => {
        const error = await rejection(configure(connect(), 'set', params));
        expect(error).toBeInstanceOf(InvalidParamsError);
        expect(error).toMatchObject({ rpcCode: -32602 });
      },
    );

    test.concurrent('where the card promises it, which it does with the extension only', async () => {
      const offers = async (variant: string) =>
        (await connect(variant).getAgentCard()).capabilities.pushNotifications;
      expect(await offers('')).toBe(true);
      expect(await offers('/set-only')).toBe(false);
      expect(await offers('/plain')).toBe(false);
    });

    test.concurrent.each(operations)('not without the extension: %s is not supported', async operation => {
      const params = { taskId: 'task-to-come', url };
      const client = connect('/plain');
      const raw = await rejection(configure(client, operation, params));
      expect(raw).toMatchObject({ rpcCode: -32601 });
      const { pushNotifications } = client;
      const typed = {
        set: () => pushNotifications.set(params.taskId, { url }),
        get: () => pushNotifications.get(params.taskId),
        list: () => pushNotifications.list(params.taskId),
        delete: () => pushNotifications.delete(params.taskId),
      };
      for (const error of [raw, await rejection(typed[operation]())]) {
        expect(error).toBeInstanceOf(PushNotificationNotSupportedError);
      }
    });

    test.concurrent("not for good with the guide's first example, which knows set and nothing else", async () => {
      const client = connect('/set-only');
      const params = { taskId: 'task-to-come', url };
      expect(await configure(client, 'set', params)).toEqual(params);
      for (const operation of ['get', 'list', 'delete'] as const) {
        const error = await rejection(configure(client, operation, params));
        expect(error).toBeInstanceOf(PushNotificationNotSupportedError);
      }
    });
  });
});

async function rejection(call: Promise<unknown>): Promise<RpcError> {
  const error = await call.then(
    () => undefined,
    reason => reason,
  );
  if (error instanceof RpcError) return error;
  throw new Error(`That was no RpcError: ${error}`);
}
