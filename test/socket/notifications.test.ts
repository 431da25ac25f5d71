import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  artifact,
  completed,
  createReferenceServer,
  NotificationError,
  sendNotification,
  working,
} from 'a2a-await/testing';
import { listen } from 'a2a-await/testing/node';
import { describe, expect, it, vi } from 'vitest';
import { v1Message, type Wire } from '../unit/testing/support.js';

interface Hit {
  path: string;
  headers: IncomingMessage['headers'];
  body: Wire;
}

/** A webhook on loopback, which answers as told. */
async function webhook(answer: (response: ServerResponse, nth: number) => void = ok) {
  const hits: Hit[] = [];
  let hungUp = 0;
  const server = createServer(async (request, response) => {
    let text = '';
    for await (const chunk of request) text += chunk;
    hits.push({ path: request.url ?? '', headers: request.headers, body: JSON.parse(text) });
    response.on('close', () => {
      if (!response.writableEnded) hungUp += 1;
    });
    answer(response, hits.length);
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/hook`,
    host: `127.0.0.1:${port}`,
    hits,
    get hungUp() {
      return hungUp;
    },
    [Symbol.asyncDispose]: () =>
      new Promise<void>(resolve => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function ok(response: ServerResponse): void {
  response.writeHead(204).end();
}

/** Asks a server on a socket, by hand. */
async function send(url: string, webhookUrl: string): Promise<Wire> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'a2a-version': '1.0' },
    body: JSON.stringify({
      jsonrpc: '2.0',
      id: 1,
      method: 'SendMessage',
      params: {
        message: v1Message('hi'),
        configuration: {
          returnImmediately: true,
          taskPushNotificationConfig: { url: webhookUrl, token: 'tok' },
        },
      },
    }),
  });
  return response.json();
}

const task = { kind: 'task', id: 't1', status: { state: 'working' }, artifacts: [], history: [] } as const;
const event = structuredClone(task) as never;

async function failureOf(sent: Promise<unknown>): Promise<NotificationError> {
  const error = await sent.catch((reason: unknown) => reason);
  if (error instanceof NotificationError) return error;
  throw new Error('It should not have arrived.', { cause: error });
}

describe('a reference server on a socket', () => {
  it('tells a webhook on another', async () => {
    await using hook = await webhook();
    await using server = createReferenceServer({
      push: { allowPrivate: [hook.host] },
      async *agent(turn) {
        yield working();
        await turn.sleep(20);
        yield artifact('hello');
      },
    });
    await using listening = await listen(server);
    const { result } = await send(listening.url, hook.url);
    await vi.waitFor(() => expect(server.notifications).toHaveLength(4));
    expect(hook.hits.map(({ body }) => Object.keys(body))).toEqual([
      ['task'],
      ['statusUpdate'],
      ['artifactUpdate'],
      ['statusUpdate'],
    ]);
    expect(hook.hits[0]?.body.task.id).toBe(result.task.id);
    expect(hook.hits[0]?.headers).toMatchObject({
      'content-type': 'application/json',
      'x-a2a-notification-token': 'tok',
    });
    expect(server.notifications.map(({ body }) => body)).toEqual(hook.hits.map(({ body }) => body));
  });

  it('deletes a configuration over HTTP+JSON, with nothing to say', async () => {
    await using server = createReferenceServer({
      push: { quirks: { deleted: 'nothing' } },
      bindings: ['HTTP+JSON'],
    });
    await using listening = await listen(server);
    const ask = (method: string, path: string, body?: unknown) =>
      fetch(`${listening.url}/rest${path}`, {
        method,
        headers: { 'a2a-version': '1.0', 'content-type': 'application/json' },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
    const { task: made }: Wire = await (
      await ask('POST', '/message:send', { message: v1Message('hi') })
    ).json();
    const path = `/tasks/${made.id}/pushNotificationConfigs`;
    const config = { id: 'c1', url: 'https://hooks.example/' };
    expect((await ask('POST', path, config)).status).toBe(201);
    const deleted = await ask('DELETE', `${path}/c1`);
    expect([deleted.status, await deleted.text()]).toEqual([204, '']);
  });

  it('hangs up on a webhook that is slow when it closes', async () => {
    await using hook = await webhook(() => {});
    const server = createReferenceServer({ push: { allowPrivate: true }, agent: () => [completed()] });
    await using listening = await listen(server);
    await send(listening.url, hook.url);
    await vi.waitFor(() => expect(hook.hits).toHaveLength(1));
    await server.close();
    await vi.waitFor(() => expect(hook.hungUp).toBe(1));
    expect(server.notifications).toMatchObject([{ error: { reason: 'aborted' } }]);
  });
});

describe('sendNotification', () => {
  const allowPrivate = true;

  it('tries again until the webhook can take it', async () => {
    await using hook = await webhook((response, nth) => {
      if (nth === 1) response.destroy();
      else if (nth === 2) response.writeHead(503, { 'retry-after': '0' }).end('busy');
      else ok(response);
    });
    const sent = await sendNotification({ url: hook.url }, event, { allowPrivate, minDelay: 1 });
    expect(sent).toEqual({ status: 204, attempts: 3 });
    expect(hook.hits.map(({ body }) => body)).toEqual(Array(3).fill(hook.hits[0]?.body));
  });

  it('hangs up when there is no answer in time', async () => {
    await using hook = await webhook(() => {});
    const options = { allowPrivate, timeout: 30, retries: 1, minDelay: 1 };
    const failure = await failureOf(sendNotification({ url: hook.url }, event, options));
    expect(failure).toMatchObject({ reason: 'timeout', attempts: 2 });
    await vi.waitFor(() => expect(hook.hungUp).toBe(2));
  });

  it('follows no redirect', async () => {
    await using elsewhere = await webhook();
    await using hook = await webhook(response =>
      response.writeHead(308, { location: elsewhere.url }).end('moved'),
    );
    const to = { url: hook.url, token: 'tok' };
    const failure = await failureOf(sendNotification(to, event, { allowPrivate }));
    expect(failure).toMatchObject({ reason: 'redirect', status: 308, attempts: 1 });
    expect(elsewhere.hits).toEqual([]);
  });

  it('says why nobody was reached', async () => {
    const { url } = await (async () => {
      await using hook = await webhook();
      return { url: hook.url };
    })();
    const failure = await failureOf(sendNotification({ url }, event, { allowPrivate, retries: 0 }));
    expect(failure.reason).toBe('network');
    expect(JSON.stringify([failure.cause, (failure.cause as Error).cause])).toContain('ECONNREFUSED');
  });

  it('needs no content type', async () => {
    await using hook = await webhook();
    await sendNotification({ url: hook.url }, event, { allowPrivate, contentType: 'none' });
    expect(hook.hits[0]?.headers).not.toHaveProperty('content-type');
  });

  it('does not wait for an endless answer', async () => {
    await using hook = await webhook(response => {
      response.writeHead(200);
      response.write('and so on');
    });
    expect(await sendNotification({ url: hook.url }, event, { allowPrivate })).toMatchObject({ status: 200 });
    await vi.waitFor(() => expect(hook.hungUp).toBe(1));
  });
});
