import { A2AClient, HttpError } from 'a2a-await';
import { describe, expect, it } from 'vitest';
import { answerTask, type RawServer, rawServer } from '../support/raw-server.js';
import { rejection } from '../support/settling.js';
import { clientOf } from './support.js';

const secret = 'S3CRET-token';
const credentials = [
  ['auth', { auth: secret }],
  ['an x-api-key header', { headers: { 'x-api-key': secret } }],
] as const;

function expectNeverTold(server: RawServer) {
  for (const { headers } of server.requests) expect(JSON.stringify(headers)).not.toContain(secret);
}

/** A server that sends whoever comes to /rpc elsewhere, and does well at any other path. */
const redirecting = (status: number, to: () => string) =>
  rawServer((request, response) => {
    if (request.path === '/rpc') response.writeHead(status, { location: to() }).end();
    else answerTask(request, response);
  });

describe.each(credentials)('a call with credentials in %s', (_, options) => {
  it.each([307, 308])(
    'follows a %d within the origin, and is executed there once, with its body and credentials',
    async status => {
      await using server = await redirecting(status, () => '/moved');
      expect(await clientOf(server, options).sendMessage('hi')).toMatchObject({ kind: 'task' });
      expect(server.requests.map(({ path, verb }) => [verb, path])).toEqual([
        ['POST', '/rpc'],
        ['POST', '/moved'],
      ]);
      expect(JSON.stringify(server.requests[1]?.headers)).toContain(secret);
      expect(server.requests[1]?.params).toHaveProperty('message');
    },
  );

  it.each([301, 302, 303])('does not follow a %d, which would lose its body', async status => {
    await using server = await redirecting(status, () => '/moved');
    const error = await rejection(clientOf(server, options).sendMessage('hi'));
    expect(error).toBeInstanceOf(HttpError);
    expect(error).toMatchObject({ status });
    expect(error.message).toContain('/moved');
    expect(server.requests).toHaveLength(1);
  });

  it.each([301, 302, 307, 308])(
    'does not follow a %d to another origin, which never hears of the credentials',
    async status => {
      await using other = await rawServer((request, response) => answerTask(request, response));
      await using server = await redirecting(status, () => `${other.url}/rpc?token=hidden`);
      const error = await rejection(clientOf(server, options).sendMessage('hi'));
      expect(error).toBeInstanceOf(HttpError);
      expect(error.message).not.toContain('hidden');
      expect(other.requests).toHaveLength(0);
    },
  );

  it('does not follow for ever', async () => {
    await using server = await redirecting(307, () => '/rpc');
    expect(await rejection(clientOf(server, options).getTask('task-1'))).toBeInstanceOf(HttpError);
    expect(server.requests.length).toBeLessThanOrEqual(5);
  });

  it.each(['', 'http://', '//[', 'javascript:alert(1)'])(
    'does not follow to %o, which is no place',
    async place => {
      await using server = await redirecting(307, () => place);
      expect(await rejection(clientOf(server, options).getTask('task-1'))).toBeInstanceOf(HttpError);
      expect(server.requests.length).toBeLessThanOrEqual(5);
    },
  );

  it.each([302, 307])('of HTTP+JSON that only reads does not follow a %d elsewhere either', async status => {
    await using other = await rawServer((_, response) => response.end('{"id":"task-1","status":{}}'));
    await using server = await rawServer((_, response) => {
      response.writeHead(status, { location: `${other.url}/tasks/task-1` }).end();
    });
    const client = clientOf(server, { ...options, binding: 'HTTP+JSON' });
    const error = await rejection(client.getTask('task-1'));
    expect(error).toBeInstanceOf(HttpError);
    expect(error.message).toContain(other.url);
    expect(other.requests).toHaveLength(0);
    expect(server.requests).toHaveLength(1);
  });

  it('for the card goes to another origin without them', async () => {
    const card = {
      name: 'a',
      supportedInterfaces: [{ url: '/rpc', protocolBinding: 'JSONRPC', protocolVersion: '1.0' }],
    };
    await using other = await rawServer((request, response) => {
      if (request.verb === 'POST') answerTask(request, response);
      else response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(card));
    });
    await using server = await rawServer((_, response) => {
      response.writeHead(302, { location: `${other.url}/cards/one.json` }).end();
    });
    const client = new A2AClient(server.url, options);
    expect(await client.connect()).toMatchObject({ endpoint: `${other.url}/rpc` });
    await client.getTask('task-1');
    expect(other.requests.length).toBeGreaterThanOrEqual(2);
    expectNeverTold(other);
  });
});

describe('a call without credentials', () => {
  it('follows a 307, also to another origin', async () => {
    await using other = await rawServer((request, response) => answerTask(request, response));
    await using server = await redirecting(307, () => `${other.url}/rpc`);
    expect(await clientOf(server).sendMessage('hi')).toMatchObject({ kind: 'task' });
    expect(other.requests).toHaveLength(1);
  });
});

describe('a server that begins to redirect', () => {
  /** Answers at /rpc until `moved`, and from then on at /moved. */
  const moving = async () => {
    const state = { moved: false };
    const server = await rawServer((request, response) => {
      if (state.moved && request.path === '/rpc') response.writeHead(307, { location: '/moved' }).end();
      else answerTask(request, response);
    });
    return Object.assign(state, { server, paths: () => server.requests.map(({ path }) => path) });
  };

  it('is followed by a read, which is asked again', async () => {
    const it = await moving();
    await using server = it.server;
    const client = clientOf(server, { auth: secret, retry: { minDelay: 1 } });
    await client.getTask('task-1');
    it.moved = true;
    expect(await client.getTask('task-1')).toMatchObject({ id: 'task-1' });
    expect(await client.getTask('task-1')).toMatchObject({ id: 'task-1' });
    expect(it.paths()).toEqual(['/rpc', '/rpc', '/rpc', '/moved', '/rpc', '/moved']);
  });

  it('is followed by a message at once, which is executed once', async () => {
    const it = await moving();
    await using server = it.server;
    const client = clientOf(server, { retry: 0 });
    await client.getTask('task-1');
    it.moved = true;
    expect(await client.sendMessage('hi')).toMatchObject({ kind: 'task' });
    expect(it.paths()).toEqual(['/rpc', '/rpc', '/moved']);
  });

  it('is followed where the platform cannot refuse redirects, as in edge workers', async () => {
    const it = await moving();
    await using server = it.server;
    const refusals: unknown[] = [];
    const fetch: typeof globalThis.fetch = (input, init) => {
      if (init?.redirect === 'error') {
        refusals.push(input);
        throw new TypeError('Invalid redirect value');
      }
      return globalThis.fetch(input, init);
    };
    const client = clientOf(server, { retry: 0, fetch });
    await client.getTask('task-1');
    await client.getTask('task-1');
    it.moved = true;
    expect(await client.getTask('task-1')).toMatchObject({ id: 'task-1' });
    expect(it.paths()).toEqual(['/rpc', '/rpc', '/rpc', '/moved']);
    // It is tried but once.
    expect(refusals).toHaveLength(1);
  });
});
