import {
  createReferenceServer,
  type ReferenceServer,
  type ReferenceServerOptions,
  working,
} from 'a2a-await/testing';
import { listen } from 'a2a-await/testing/node';
import { setupServer } from 'msw/node';
import { describe, expect, it } from 'vitest';
import { call, post, v1Message } from './support.js';

const init = (method: string, params: unknown): RequestInit => ({
  method: 'POST',
  headers: { 'content-type': 'application/json', 'A2A-Version': '1.0' },
  body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
});
const send = () => init('SendMessage', { message: v1Message('hi') });

async function settled(response: Response) {
  return (await response.json()).result.task.status.state;
}

/** A server whose agent never ends, and the call that waits for it. */
function busyServer(): ReferenceServer {
  return createReferenceServer({
    async *agent(turn) {
      yield working();
      await turn.sleep(Number.POSITIVE_INFINITY);
    },
  });
}

describe('server.fetch', () => {
  it('takes a string, a URL and a Request', async () => {
    await using server = createReferenceServer();
    expect(await settled(await server.fetch(server.endpoint, send()))).toBe('TASK_STATE_COMPLETED');
    expect(await settled(await server.fetch(new URL(server.endpoint), send()))).toBe('TASK_STATE_COMPLETED');
    expect(await settled(await server.fetch(new Request(server.endpoint, send())))).toBe(
      'TASK_STATE_COMPLETED',
    );
  });

  it('fails like a fetch that reaches nobody for any other place', async () => {
    await using server = createReferenceServer({ url: 'http://agent.test/team/' });
    expect(server.url).toBe('http://agent.test/team');
    for (const url of ['http://other.test/team', 'http://agent.test/teams', 'http://agent.test/', '/team']) {
      await expect(server.fetch(url)).rejects.toThrow(TypeError);
    }
    expect((await server.fetch('http://agent.test/team/.well-known/agent-card.json')).status).toBe(200);
    expect(await settled(await server.fetch('http://agent.test/team/', send()))).toBe('TASK_STATE_COMPLETED');
  });

  it('rejects with the reason of its signal, before or during the call', async () => {
    await using server = busyServer();
    const reason = new Error('enough');
    await expect(
      server.fetch(server.endpoint, { ...send(), signal: AbortSignal.abort(reason) }),
    ).rejects.toBe(reason);
    expect(server.requests).toHaveLength(0);
    const controller = new AbortController();
    const pending = server.fetch(server.endpoint, { ...send(), signal: controller.signal });
    const request = server.fetch(new Request(server.endpoint, { ...send(), signal: controller.signal }));
    controller.abort(reason);
    await expect(pending).rejects.toBe(reason);
    await expect(request).rejects.toBe(reason);
  });

  it('answers what is not there as the dialect does', async () => {
    const answers = async (dialect: NonNullable<ReferenceServerOptions['dialect']>) => {
      await using server = createReferenceServer({ dialect });
      const missing = await server.fetch(`${server.url}/nothing`);
      const wrong = await server.fetch(server.endpoint);
      return [missing.status, await missing.text(), wrong.status];
    };
    expect(await answers('1.0')).toEqual([404, 'Not Found', 405]);
    expect(await answers('praison')).toEqual([404, '{"detail":"Not Found"}', 405]);
  });
});

describe('msw', () => {
  it.each(['http://agent.test', 'http://agent.test:8080/team'])('serves the handlers at %s', async url => {
    await using server = createReferenceServer({ url });
    const network = setupServer(...server.handlers);
    network.listen({ onUnhandledRequest: 'error' });
    try {
      const card = await (await fetch(server.cardUrl)).json();
      expect(card.supportedInterfaces[0].url).toBe(server.endpoint);
      expect(await settled(await fetch(server.endpoint, send()))).toBe('TASK_STATE_COMPLETED');
      expect((await fetch(url)).status).toBe(405);
      await server.close();
      await expect(fetch(server.endpoint, send())).rejects.toThrow(TypeError);
    } finally {
      network.close();
    }
  });
});

describe('listen', () => {
  it('serves over a real socket, and its card says where', async () => {
    await using server = createReferenceServer({ url: 'http://agent.test/team' });
    await using listening = await listen(server);
    expect(listening.url).toBe(`http://127.0.0.1:${listening.port}/team`);
    const response = await fetch(`${listening.url}/.well-known/agent-card.json`);
    const [{ url }] = (await response.json()).supportedInterfaces;
    expect(url).toBe(`${listening.url}/`);
    expect(await settled(await fetch(url, send()))).toBe('TASK_STATE_COMPLETED');
    expect(server.requests.map(({ rpcMethod }) => rpcMethod)).toEqual([undefined, 'SendMessage']);
  });

  it('passes bytes through unharmed', async () => {
    await using server = createReferenceServer();
    await using listening = await listen(server);
    const text = 'Grüße 🦊 '.repeat(20_000);
    const params = { message: v1Message(text) };
    const response = await fetch(`${listening.url}/`, init('SendMessage', params));
    const { task } = (await response.json()).result;
    expect(task.artifacts[0].parts[0].text).toBe(`You said: ${text}`);
  });

  it('drops whoever waits, and listens no more, once it is closed', async () => {
    await using server = busyServer();
    const listening = await listen(server);
    const idle = await fetch(`${listening.url}/.well-known/agent-card.json`);
    await idle.text();
    const waiting = expect(fetch(`${listening.url}/`, send())).rejects.toThrow(TypeError);
    while (server.tasks.size === 0) await new Promise(resolve => setImmediate(resolve));
    await listening.close();
    await waiting;
    await expect(fetch(listening.url)).rejects.toThrow(TypeError);
    await listening.close();
    // The agent is the reference server's, which may still be reached in other ways.
    expect(server.tasks.list()[0]?.status.state).toBe('working');
  });

  it('drops whoever waits when the reference server is closed', async () => {
    const server = busyServer();
    await using listening = await listen(server);
    const waiting = expect(fetch(`${listening.url}/`, send())).rejects.toThrow(TypeError);
    while (server.tasks.size === 0) await new Promise(resolve => setImmediate(resolve));
    await server.close();
    await waiting;
  });

  it('rejects where the port is taken', async () => {
    await using server = createReferenceServer();
    await using first = await listen(server);
    await expect(listen(server, { port: first.port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });
});

describe('the HTTP+JSON binding', () => {
  const options = { url: 'http://agent.test/team', bindings: ['HTTP+JSON'] } as const;

  /** Sends and streams below an endpoint, and asks for the task. */
  async function used(endpoint: string, fetch: typeof globalThis.fetch): Promise<unknown[]> {
    const headers = { 'A2A-Version': '1.0', 'content-type': 'application/json' };
    const body = JSON.stringify({ message: v1Message('hi') });
    const sent = await (await fetch(`${endpoint}/message:send`, { method: 'POST', headers, body })).json();
    const stream = await fetch(`${endpoint}/message:stream`, { method: 'POST', headers, body });
    const got = await (await fetch(`${endpoint}/tasks/${sent.task.id}?historyLength=1`, { headers })).json();
    return [got.status.state, got.history.length, (await stream.text()).split('\n\n').length];
  }
  const expected = ['TASK_STATE_COMPLETED', 1, 5];

  it('is served by server.fetch', async () => {
    await using server = createReferenceServer(options);
    expect(await used(server.endpoint, server.fetch)).toEqual(expected);
  });

  it('is served by the msw handlers', async () => {
    await using server = createReferenceServer(options);
    const network = setupServer(...server.handlers);
    network.listen({ onUnhandledRequest: 'error' });
    try {
      expect(await used(server.endpoint, fetch)).toEqual(expected);
    } finally {
      network.close();
    }
  });

  it('is served over a real socket, where the card says', async () => {
    await using server = createReferenceServer(options);
    await using listening = await listen(server);
    const card = await (await fetch(`${listening.url}/.well-known/agent-card.json`)).json();
    expect(card.supportedInterfaces[0].url).toBe(`${listening.url}/rest`);
    expect(await used(`${listening.url}/rest`, fetch)).toEqual(expected);
  });
});

describe('what a server remembers', () => {
  it('every request, in order', async () => {
    await using server = createReferenceServer();
    await server.fetch(`${server.cardUrl}?a=1`, { headers: { 'X-Test': 'yes' } });
    await call(server, 'GetTask', { id: 'x' });
    await post(server, '{bad');
    expect(server.requests).toMatchObject([
      {
        method: 'GET',
        path: '/.well-known/agent-card.json?a=1',
        headers: { 'x-test': 'yes' },
        body: undefined,
      },
      { method: 'POST', path: '/', body: { method: 'GetTask', params: { id: 'x' } }, rpcMethod: 'GetTask' },
      { method: 'POST', path: '/', body: '{bad' },
    ]);
    expect(server.requests[2]).not.toHaveProperty('rpcMethod');
  });

  it('tasks, as snapshots that a test cannot break', async () => {
    await using server = createReferenceServer();
    const { task } = (await call(server, 'SendMessage', { message: v1Message('hi') })).result;
    const snapshot = server.tasks.get(task.id);
    if (snapshot) snapshot.status.state = 'failed';
    expect(server.tasks.get(task.id)?.status.state).toBe('completed');
    expect(server.tasks.get('nope')).toBeUndefined();
    expect(server.tasks.size).toBe(1);
  });
});

describe('options', () => {
  it('let the test have the last word on the card', async () => {
    await using odd = createReferenceServer({ card: card => ({ ...card, name: 7 }) });
    expect((await (await odd.fetch(odd.cardUrl)).json()).name).toBe(7);
    await using none = createReferenceServer({ card: () => undefined });
    expect((await none.fetch(none.cardUrl)).status).toBe(404);
  });

  it.each([
    [{ url: 'agent.test' }, 'url'],
    [{ dialect: '2.0' }, 'dialect'],
    [{ blocking: 'maybe' }, 'blocking'],
    [{ bindings: [] }, 'bindings'],
    [{ bindings: ['GRPC'] }, 'bindings'],
    [{ bindings: ['JSONRPC', 'JSONRPC'] }, 'bindings'],
    [{ dialect: 'praison', bindings: ['JSONRPC', 'HTTP+JSON'] }, 'bindings'],
    [{ maxTasks: 0 }, 'maxTasks'],
    [{ maxTasks: Number.NaN }, 'maxTasks'],
  ])('that make no sense are refused by name: %o', (options, name) => {
    const create = () => createReferenceServer(options as ReferenceServerOptions);
    expect(create).toThrow(TypeError);
    expect(create).toThrow(name);
  });
});
