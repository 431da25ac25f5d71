import { A2AClient, AbortedError, RequestTimeoutError } from 'a2a-await';
import { describe, expect, it } from 'vitest';
import { answerTask, rawServer } from '../support/raw-server.js';
import { rejection, until } from '../support/settling.js';
import { expectNoUnhandledRejections } from '../support/unhandled.js';
import { clientOf } from './support.js';

expectNoUnhandledRejections();

describe('a server that never answers', () => {
  it('is given up after the timeout, and sees the connection closed', async () => {
    await using server = await rawServer(() => {});
    const error = await rejection(clientOf(server, { timeout: 80 }).getTask('task-1'));
    expect(error).toBeInstanceOf(RequestTimeoutError);
    expect(server.requests).toHaveLength(1);
    await until(() => server.connections === 0);
    expect(server.hungUp).toBe(1);
  });

  it.each([
    ['sendMessage', (client: A2AClient, signal: AbortSignal) => client.sendMessage('hi', { signal })],
    ['getTask', (client: A2AClient, signal: AbortSignal) => client.getTask('task-1', { signal })],
    [
      'waitForCompletion',
      (client: A2AClient, signal: AbortSignal) => client.waitForCompletion('task-1', { signal }),
    ],
    ['run', (client: A2AClient, signal: AbortSignal) => client.run('hi', { signal })],
  ] as const)('is left at once when %s is aborted, and no socket stays open', async (_, call) => {
    await using server = await rawServer(() => {});
    const controller = new AbortController();
    const waiting = rejection(call(clientOf(server), controller.signal));
    await until(() => server.requests.length === 1);
    const before = performance.now();
    controller.abort();
    expect(await waiting).toBeInstanceOf(AbortedError);
    expect(performance.now() - before).toBeLessThan(50);
    await until(() => server.connections === 0);
    expect(server.hungUp).toBe(1);
    expect(server.requests).toHaveLength(1);
  });

  it('is left when the client is closed, also while the agent is looked for', async () => {
    await using server = await rawServer(() => {});
    const client = new A2AClient(server.url);
    const waiting = rejection(client.sendMessage('hi'));
    await until(() => server.requests.length === 1);
    await client.close();
    expect(await waiting).toBeInstanceOf(AbortedError);
    await until(() => server.connections === 0);
  });

  it('is left when the only call that looks for the agent is aborted', async () => {
    await using server = await rawServer(() => {});
    const client = new A2AClient(server.url);
    const controller = new AbortController();
    const waiting = rejection(client.sendMessage('hi', { signal: controller.signal }));
    await until(() => server.requests.length === 1);
    controller.abort();
    expect(await waiting).toBeInstanceOf(AbortedError);
    try {
      await until(() => server.connections === 0, 1_000);
    } finally {
      await client.close();
    }
  });

  it('within the body is given up after the same timeout', async () => {
    await using server = await rawServer((_, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.write('{"jsonrpc":');
    });
    expect(await rejection(clientOf(server, { timeout: 80 }).getTask('task-1'))).toBeInstanceOf(
      RequestTimeoutError,
    );
    await until(() => server.connections === 0);
  });

  it('but drips a byte now and then is given up after the same timeout', async () => {
    await using server = await rawServer((_, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      const drip = setInterval(() => response.write(' '), 10);
      response.on('close', () => clearInterval(drip));
    });
    const before = performance.now();
    expect(await rejection(clientOf(server, { timeout: 120 }).getTask('task-1'))).toBeInstanceOf(
      RequestTimeoutError,
    );
    expect(performance.now() - before).toBeLessThan(600);
    await until(() => server.connections === 0);
  });
});

describe('a slow answer', () => {
  it('that drips in within the timeout is read whole, umlauts cut in two as well', async () => {
    const words = 'Grüße, 世界 🐋';
    await using server = await rawServer(({ id }, response) => {
      const bytes = Buffer.from(JSON.stringify({ jsonrpc: '2.0', id, result: words }));
      response.writeHead(200, { 'content-type': 'application/json' });
      let at = 0;
      const drip = setInterval(() => {
        response.write(bytes.subarray(at, at + 3));
        at += 3;
        if (at >= bytes.length) {
          clearInterval(drip);
          response.end();
        }
      }, 2);
    });
    expect(await clientOf(server).callMethod('x')).toBe(words);
  });

  it('to one call holds up no other', async () => {
    await using server = await rawServer((request, response) => {
      if (request.params['id'] === 'task-1') answerTask(request, response);
    });
    const client = clientOf(server);
    const controller = new AbortController();
    const hanging = Array.from({ length: 60 }, (_, index) =>
      rejection(client.getTask(`slow-${index}`, { signal: controller.signal })),
    );
    await until(() => server.requests.length === 60);
    expect(await client.getTask('task-1')).toMatchObject({ id: 'task-1' });
    controller.abort();
    for (const error of await Promise.all(hanging)) expect(error).toBeInstanceOf(AbortedError);
    await until(() => server.connections <= 1);
  });
});
