import { AuthenticationError, HttpError, ResponseFormatError } from 'a2a-await';
import { describe, expect, it, vi } from 'vitest';
import { answerTask, rawServer } from '../support/raw-server.js';
import { rejection } from '../support/settling.js';
import { clientOf, reads } from './support.js';

const html = '<!doctype html><title>502 Bad Gateway</title><h1>nginx</h1>';

/** A server that fails the first times with a status, and then does well; it counts the messages it took. */
async function failing(times: number, status: number, headers: Record<string, string> = {}) {
  const counted = { executed: 0 };
  const server = await rawServer((request, response, _, index) => {
    if (index < times) {
      response.writeHead(status, { 'content-type': 'text/html', ...headers }).end(html);
      return;
    }
    if (request.method === 'SendMessage') counted.executed += 1;
    answerTask(request, response);
  });
  return Object.assign(server, { counted });
}

describe('HTML', () => {
  it('with 200 is a ResponseFormatError in words that say so, and is not asked for again', async () => {
    await using server = await failing(9, 200);
    const client = clientOf(server);
    for (const call of [() => client.sendMessage('hi'), () => client.getTask('task-1')]) {
      const error = await rejection(call());
      expect(error).toBeInstanceOf(ResponseFormatError);
      expect(error.message).toMatch(/HTML/);
    }
    expect(server.requests).toHaveLength(2);
  });
});

describe.each([502, 503, 504, 408, 429])('HTTP %d', status => {
  it.each(reads)('is tried again for %s', async (_, read) => {
    await using server = await failing(2, status);
    expect(await read(clientOf(server))).toMatchObject({ id: 'task-1' });
    expect(server.requests).toHaveLength(3);
  });

  it('is an HttpError with the status when it lasts', async () => {
    await using server = await failing(9, status);
    const error = await rejection(clientOf(server).getTask('task-1'));
    expect(error).toBeInstanceOf(HttpError);
    expect(error).toMatchObject({ status });
    expect(server.requests).toHaveLength(3);
  });

  it(`is ${status === 429 ? '' : 'not '}tried again for a send, which is executed at most once`, async () => {
    await using server = await failing(1, status);
    const sent = await clientOf(server)
      .sendMessage('hi')
      .catch((error: unknown) => error);
    if (status === 429) expect(sent).toMatchObject({ kind: 'task' });
    else expect(sent).toBeInstanceOf(HttpError);
    expect(server.requests).toHaveLength(status === 429 ? 2 : 1);
    expect(server.counted.executed).toBe(status === 429 ? 1 : 0);
  });

  it('is not tried again where retry is 0, nor through callMethod', async () => {
    await using server = await failing(9, status, { 'retry-after': '0' });
    await rejection(clientOf(server, { retry: 0 }).getTask('task-1'));
    await rejection(clientOf(server, { retry: 0 }).sendMessage('hi'));
    await rejection(clientOf(server).callMethod('GetTask', { id: 'task-1' }));
    expect(server.requests).toHaveLength(3);
  });
});

describe('HTTP 503 with Retry-After', () => {
  it('is tried again for a send, not before the time, and the message is executed exactly once', async () => {
    const times: number[] = [];
    await using server = await failing(1, 503, { 'retry-after': '0.3' });
    const client = clientOf(server, {
      hooks: { onRequest: () => times.push(performance.now()) },
    });
    expect(await client.sendMessage('hi')).toMatchObject({ kind: 'task' });
    expect(server.requests).toHaveLength(2);
    expect(server.counted.executed).toBe(1);
    expect(times[1]! - times[0]!).toBeGreaterThanOrEqual(295);
    const ids = server.requests.map(({ params }) => (params['message'] as { messageId: string }).messageId);
    expect(ids[0]).toBe(ids[1]);
  });

  it('is told in the error: in ms', async () => {
    await using server = await failing(9, 503, { 'retry-after': '7' });
    expect(await rejection(clientOf(server, { retry: 0 }).sendMessage('hi'))).toMatchObject({
      retryAfter: 7_000,
    });
  });
});

describe.each([500, 501, 400, 404, 405, 418])('HTTP %d', status => {
  it('is not tried again, by nobody', async () => {
    await using server = await failing(9, status);
    const client = clientOf(server);
    for (const call of [() => client.getTask('task-1'), () => client.sendMessage('hi')])
      expect(await rejection(call())).toMatchObject({ name: 'HttpError', status });
    expect(server.requests).toHaveLength(2);
  });
});

describe('HTTP 401', () => {
  it('is answered with new credentials once, on the wire as in words', async () => {
    await using server = await rawServer((request, response) => {
      if (request.headers.authorization === 'Bearer new') answerTask(request, response);
      else response.writeHead(401).end();
    });
    const auth = vi.fn(({ reason }: { reason: string }) => (reason === 'start' ? 'old' : 'new'));
    expect(await clientOf(server, { auth }).sendMessage('hi')).toMatchObject({ kind: 'task' });
    expect(server.requests.map(({ headers }) => headers.authorization)).toEqual(['Bearer old', 'Bearer new']);
  });

  it('that lasts is an AuthenticationError after one more attempt', async () => {
    await using server = await failing(9, 401);
    expect(await rejection(clientOf(server, { auth: () => 'x' }).sendMessage('hi'))).toBeInstanceOf(
      AuthenticationError,
    );
    expect(server.requests).toHaveLength(2);
  });
});

describe('an agent card', () => {
  it('is asked for again after a failure that may pass', async () => {
    await using server = await rawServer((_, response, __, index) => {
      if (index < 2) response.writeHead(503, { 'retry-after': '0' }).end();
      else
        response.writeHead(200, { 'content-type': 'application/json' }).end(
          JSON.stringify({
            name: 'a',
            supportedInterfaces: [{ url: '/rpc', protocolBinding: 'JSONRPC', protocolVersion: '1.0' }],
          }),
        );
    });
    const client = clientOf(server, { endpoint: undefined as never, dialect: 'auto' });
    expect(await client.connect()).toMatchObject({ endpoint: `${server.url}/rpc` });
    expect(server.requests).toHaveLength(3);
  });
});
