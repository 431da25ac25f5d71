import { A2AClient, NetworkError } from 'a2a-await';
import {
  createReferenceServer,
  type ReferenceServer,
  type ReferenceServerOptions,
  type RequestFault,
  working,
} from 'a2a-await/testing';
import { listen } from 'a2a-await/testing/node';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { agents, gets, serverOf } from '../support/agents.js';
import { faultsAreSeen, send } from '../support/fault-sights.js';
import { type Outcome, rejection, until, watched } from '../support/settling.js';
import { expectNoUnhandledRejections } from '../support/unhandled.js';
import { overSocket } from '../support/ways.js';

expectNoUnhandledRejections();

faultsAreSeen('over a real socket', overSocket);

/** Of exactly a minute, as the faults here have them. All others of this process, such as those of `fetch`, come and go. */
const pending = new Set<unknown>();
const timers = () => pending.size;
beforeEach(() => {
  const { setTimeout: set, clearTimeout: clear } = globalThis;
  vi.stubGlobal('setTimeout', (step: () => void, ms: number) => {
    const timer = set(step, ms);
    if (ms === 60_000) pending.add(timer);
    return timer;
  });
  vi.stubGlobal('clearTimeout', (timer: NodeJS.Timeout) => {
    pending.delete(timer);
    clear(timer);
  });
});
afterEach(() => {
  vi.unstubAllGlobals();
});

/** On a real socket, with what became of each answer. */
async function listening(options: ReferenceServerOptions) {
  const server = createReferenceServer(options);
  const answers: Outcome<Response>[] = [];
  const handle: ReferenceServer['handle'] = request => {
    const answer = server.handle(request);
    answers.push(watched(answer));
    return answer;
  };
  const place = await listen({ ...server, handle });
  return {
    server,
    answers,
    place,
    fetch: globalThis.fetch,
    url: place.url,
    async [Symbol.asyncDispose]() {
      await place.close();
      await server.close();
    },
  };
}

function stream(url: string, init: RequestInit = {}): Promise<Response> {
  const message = { messageId: 'm', role: 'ROLE_USER', parts: [{ text: 'hi' }] };
  const body = JSON.stringify({ jsonrpc: '2.0', id: 7, method: 'SendStreamingMessage', params: { message } });
  const headers = { 'content-type': 'application/json', 'a2a-version': '1.0' };
  return fetch(`${url}/`, { method: 'POST', headers, body, ...init });
}

const endless: ReferenceServerOptions = {
  async *agent(turn) {
    yield working();
    await turn.sleep(Number.POSITIVE_INFINITY);
  },
};

describe('a fetch on a real socket', () => {
  it('gets the bytes before { truncate }, and then the loss of the connection', async () => {
    await using it = await listening({ fault: { truncate: 20 } });
    const { body } = await send(it);
    const reader = (body as ReadableStream<Uint8Array>).getReader();
    const { value } = await reader.read();
    expect(new TextDecoder().decode(value)).toBe('{"result":{"task":{"');
    const error = await rejection(reader.read());
    expect([error.message, (error.cause as { code: string }).code]).toEqual(['terminated', 'UND_ERR_SOCKET']);
  });

  it('finds the connection closed by the other side, and the next one is well', async () => {
    await using it = await listening({ fault: ({ nth }) => (nth === 1 ? 'reset' : undefined) });
    const error = await rejection(send(it));
    expect((error.cause as { code: string }).code).toMatch(/^(UND_ERR_SOCKET|ECONNRESET)$/);
    expect((await send(it)).status).toBe(200);
    expect(it.server.requests).toHaveLength(2);
  });

  it('reads { drip } in many pieces', async () => {
    await using it = await listening({ fault: { drip: 100, every: 5 } });
    const { body, headers } = await send(it);
    const lengths: number[] = [];
    for await (const chunk of body as unknown as AsyncIterable<Uint8Array>) lengths.push(chunk.length);
    expect(lengths.length).toBeGreaterThan(2);
    expect(String(lengths.reduce((sum, length) => sum + length))).toBe(headers.get('content-length'));
  });

  it('reads each event of a stream in drops', async () => {
    await using it = await listening({ fault: { drip: 50, every: 0 } });
    expect(await (await stream(it.url)).text()).toContain('TASK_STATE_COMPLETED');
    expect(it.server.openStreams).toBe(0);
  });
});

describe('whoever leaves', () => {
  it('a request that hangs, leaves nothing behind', async () => {
    await using it = await listening({ fault: 'hang' });
    const controller = new AbortController();
    const asked = rejection(send(it, { signal: controller.signal }));
    await until(() => it.answers.length === 1);
    expect(it.answers[0]?.state).toBe('pending');
    controller.abort();
    await asked;
    await until(() => it.answers[0]?.state === 'rejected');
  });

  it.each<[string, RequestFault]>([
    ['a late answer', { latency: 60_000 }],
    ['one that drips', { drip: 1, every: 60_000 }],
  ])('%s, leaves no timer behind', async (_, fault) => {
    await using it = await listening({ fault });
    const before = timers();
    const controller = new AbortController();
    const { signal } = controller;
    const asked = rejection(send(it, { signal }).then(response => response.text()));
    await until(() => timers() > before);
    controller.abort();
    await asked;
    await until(() => timers() <= before);
  });

  it.each<[string, RequestFault]>([
    ['is late', { latency: 60_000 }],
    ['drips', { drip: 1, every: 60_000 }],
  ])('a stream that %s, ends it', async (_, fault) => {
    await using it = await listening({ ...endless, fault });
    const before = timers();
    const controller = new AbortController();
    const asked = rejection(stream(it.url, { signal: controller.signal }).then(response => response.text()));
    await until(() => it.server.openStreams === 1 && timers() > before);
    controller.abort();
    await asked;
    await until(() => it.server.openStreams === 0 && timers() <= before);
    expect(it.server.tasks.list()).toMatchObject([{ status: { state: 'working' } }]);
  });

  it('an answer that is large, ends it', async () => {
    await using it = await listening({ fault: { oversize: 500_000_000 } });
    const controller = new AbortController();
    const { body } = await send(it, { signal: controller.signal });
    const reader = (body as ReadableStream<Uint8Array>).getReader();
    await reader.read();
    controller.abort();
    await rejection(reader.read());
  });
});

describe.each<[string, RequestFault]>([
  ['hang', 'hang'],
  ['latency', { latency: 60_000 }],
  ['drip', { drip: 1, every: 60_000 }],
])('%s', (_, fault) => {
  it.each(['listening', 'server'] as const)('ends at once when the %s is closed', async which => {
    await using it = await listening({ fault });
    const before = timers();
    const asked = rejection(send(it).then(response => response.text()));
    await until(() => it.answers.length === 1);
    const begun = performance.now();
    await (which === 'listening' ? it.place : it.server).close();
    expect(await asked).toBeInstanceOf(TypeError);
    expect(performance.now() - begun).toBeLessThan(500);
    await until(() => timers() <= before);
  });
});

describe.each(agents)('our client on $title, over a real socket', kind => {
  it.each<RequestFault>(['reset', 'lose-answer', { truncate: 40 }])('reads again over %o', async fault => {
    const server = serverOf(kind, {
      fault: ({ rpcMethod = '', nth }) => (gets.includes(rpcMethod) && nth <= 2 ? fault : undefined),
    });
    await using place = await listen(server);
    const client = new A2AClient(place.url, { retry: { retries: 2, minDelay: 1, maxDelay: 2 } });
    await client.sendMessage('hi');
    const [task] = server.tasks.list();
    expect(await client.getTask(task?.id ?? '')).toMatchObject({ id: task?.id });
    server.use({ fault: ({ rpcMethod }) => (rpcMethod ? fault : undefined) });
    expect(await rejection(client.getTask(task?.id ?? ''))).toBeInstanceOf(NetworkError);
    expect(await rejection(client.sendMessage('hi'))).toBeInstanceOf(NetworkError);
    await client.close();
    await server.close();
  });
});
