import {
  createReferenceServer,
  type FaultyRequest,
  type ReferenceServer,
  type ReferenceServerOptions,
  type RequestFault,
  working,
} from 'a2a-await/testing';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { faultsAreSeen, send } from '../../support/fault-sights.js';
import { rejection, watched } from '../../support/settling.js';
import { expectNoUnhandledRejections } from '../../support/unhandled.js';
import { inProcess, throughMsw } from '../../support/ways.js';
import { call, dialects, post, v1Message } from './support.js';

expectNoUnhandledRejections();

faultsAreSeen('in this process', inProcess);
faultsAreSeen('through msw', throughMsw);

const sending = { jsonrpc: '2.0', id: 7, method: 'SendMessage', params: { message: v1Message('hi') } };
const streaming = { ...sending, method: 'SendStreamingMessage' };

describe('the function', () => {
  it('is asked for each request, and counts those for the same operation', async () => {
    const asked: Pick<FaultyRequest, 'rpcMethod' | 'path' | 'nth'>[] = [];
    await using server = createReferenceServer({
      fault({ rpcMethod, path, nth }) {
        asked.push({ ...(rpcMethod && { rpcMethod }), path, nth });
        return rpcMethod === 'GetTask' && nth === 2 ? { status: 500 } : undefined;
      },
    });
    await server.fetch(`${server.cardUrl}?v=1`);
    await server.fetch(server.cardUrl);
    const statuses: number[] = [];
    for (const method of ['GetTask', 'SendMessage', 'GetTask', 'GetTask']) {
      statuses.push((await post(server, { jsonrpc: '2.0', id: 1, method, params: {} })).status);
    }
    expect(statuses).toEqual([200, 200, 500, 200]);
    expect(asked).toEqual([
      { path: '/.well-known/agent-card.json?v=1', nth: 1 },
      { path: '/.well-known/agent-card.json', nth: 2 },
      { rpcMethod: 'GetTask', path: '/', nth: 1 },
      { rpcMethod: 'SendMessage', path: '/', nth: 1 },
      { rpcMethod: 'GetTask', path: '/', nth: 2 },
      { rpcMethod: 'GetTask', path: '/', nth: 3 },
    ]);
    expect(server.requests.map(({ fault }) => fault)).toEqual([
      ...Array.from({ length: 4 }),
      { status: 500 },
      undefined,
    ]);
  });

  it('counts an operation together over both bindings', async () => {
    const nths: number[] = [];
    await using server = createReferenceServer({
      bindings: ['JSONRPC', 'HTTP+JSON'],
      fault({ nth }) {
        nths.push(nth);
        return undefined;
      },
    });
    await call(server, 'GetTask', { id: 'x' });
    await server.fetch(`${server.url}/rest/tasks/x`, { headers: { 'a2a-version': '1.0' } });
    expect(nths).toEqual([1, 2]);
  });

  const boom = () => {
    throw new Error('boom');
  };

  it.each([
    [
      () => 'explode' as 'reset',
      /^The option fault failed: fault must be one of reset, .*, not "explode"\.$/,
    ],
    [boom, /^The option fault failed: boom$/],
  ])(
    'that fails or returns what is no fault fails the request in its own words: %o',
    async (fault, words) => {
      await using server = createReferenceServer({ fault });
      const response = await post(server, sending);
      expect([response.status, await response.text()]).toEqual([500, expect.stringMatching(words)]);
      expect(server.tasks.size).toBe(0);
    },
  );
});

describe("'wrong-id'", () => {
  const fault = 'wrong-id';

  it('leaves the tasks of HTTP+JSON alone, and the card', async () => {
    await using server = createReferenceServer({ fault, bindings: ['HTTP+JSON'] });
    const { result } = await call(server, 'SendMessage', { message: v1Message('hi') });
    expect(server.tasks.get(result.task.id)).toBeDefined();
    expect((await call(server, 'GetTask', { id: result.task.id })).result.id).toBe(result.task.id);
    expect(await (await server.fetch(server.cardUrl)).json()).not.toHaveProperty('id');
  });

  it('gives each event of a stream another id', async () => {
    await using server = createReferenceServer({ fault });
    const text = await (await post(server, streaming)).text();
    const events = [...text.matchAll(/^data: (.*)$/gm)].map(([, data = '']) => JSON.parse(data));
    expect(events.length).toBeGreaterThan(2);
    expect(new Set(events.map(({ id }) => id))).toEqual(new Set(['other']));
    expect(events.at(-1).result.statusUpdate.status.state).toBe('TASK_STATE_COMPLETED');
  });

  it('lets an answer without a body be', async () => {
    await using server = createReferenceServer({ fault, profile: 'js-1.3' });
    const { headers } = await server.fetch(server.cardUrl);
    const known = { 'if-none-match': headers.get('etag') ?? '' };
    expect((await server.fetch(server.cardUrl, { headers: known })).status).toBe(304);
  });
});

describe('{ regress }', () => {
  it.each(dialects)('spells the state as $title does', async ({ dialect, bindings, ...style }) => {
    await using server = createReferenceServer({ dialect, bindings, fault: { regress: 'submitted' } });
    const { result } = await call(server, style.send, { message: style.message('hi') });
    expect(style.taskOf(result).status.state).toBe(style.states.submitted);
  });

  it('takes what an agent made for what it is', async () => {
    const data = { status: { state: 'open' } };
    await using server = createReferenceServer({
      fault: { regress: 'working' },
      agent: () => [
        { kind: 'artifact', artifact: { parts: [{ kind: 'data', data }] }, append: false, lastChunk: true },
      ],
    });
    const { result } = await call(server, 'SendMessage', { message: v1Message('hi') });
    expect(result.task.artifacts[0].parts).toEqual([{ data }]);
  });
});

describe('a stream', () => {
  it('breaks off after { truncate } bytes, and is not followed any more', async () => {
    await using server = createReferenceServer({
      fault: { truncate: 30 },
      async *agent(turn) {
        yield working();
        await turn.sleep(Number.POSITIVE_INFINITY);
      },
    });
    const { body } = await post(server, streaming);
    const reader = (body as ReadableStream<Uint8Array>).getReader();
    expect((await reader.read()).value).toHaveLength(30);
    expect(await rejection(reader.read())).toBeInstanceOf(TypeError);
    expect(server.openStreams).toBe(0);
  });

  it('comes whole in drops', async () => {
    await using plain = createReferenceServer({ ids: 'counting', clock: () => 0 });
    await using dripping = createReferenceServer({
      ids: 'counting',
      clock: () => 0,
      fault: { drip: 500, every: 1 },
    });
    const expected = await (await post(plain, streaming)).text();
    expect(await (await post(dripping, streaming)).text()).toBe(expected);
  });

  it('that is oversize still says the same', async () => {
    await using plain = createReferenceServer({ ids: 'counting', clock: () => 0 });
    await using large = createReferenceServer({
      ids: 'counting',
      clock: () => 0,
      fault: { oversize: 100_000 },
    });
    const text = await (await post(large, streaming)).text();
    expect(text.length).toBeGreaterThan(100_000);
    expect(text.trimStart()).toBe(await (await post(plain, streaming)).text());
    expect(text).toMatch(/^\n+data: /);
  });

  it('whose answer is lost is followed by nobody, and its task goes on', async () => {
    await using server = createReferenceServer({ fault: 'lose-answer' });
    await rejection(post(server, streaming));
    expect(server.openStreams).toBe(0);
    expect(server.tasks.list()).toMatchObject([{ status: { state: 'completed' } }]);
  });
});

describe('time that is faked', () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  it('brings a late answer', async () => {
    vi.useFakeTimers();
    await using server = createReferenceServer({ fault: { latency: 60_000 } });
    const outcome = watched(post(server, sending));
    await vi.advanceTimersByTimeAsync(59_999);
    expect([outcome.state, server.tasks.size]).toEqual(['pending', 1]);
    await vi.advanceTimersByTimeAsync(1);
    expect(outcome.state).toBe('resolved');
    expect(vi.getTimerCount()).toBe(0);
  });

  it('brings the drops of an answer, one by one', async () => {
    vi.useFakeTimers();
    await using server = createReferenceServer({ fault: { drip: 1_000, every: 5_000 } });
    const text = 'x'.repeat(2_500);
    const response = await sendText(server, text);
    const length = Number(response.headers.get('content-length'));
    const outcome = watched(response.text());
    await vi.advanceTimersByTimeAsync(5_000 * Math.ceil(length / 1_000) - 1);
    expect(outcome.state).toBe('pending');
    await vi.advanceTimersByTimeAsync(1);
    expect(outcome.value).toHaveLength(length);
    expect(vi.getTimerCount()).toBe(0);
  });

  it.each<[string, RequestFault]>([
    ['a late answer', { latency: 60_000 }],
    ['a dripping one', { drip: 1, every: 60_000 }],
    ['one that never comes', 'hang'],
  ])('runs no more for %s once its caller has left', async (_, fault) => {
    vi.useFakeTimers();
    await using server = createReferenceServer({ fault });
    const controller = new AbortController();
    const { signal } = controller;
    const reading = rejection(post(server, sending, { signal }).then(response => response.text()));
    await vi.advanceTimersByTimeAsync(10);
    controller.abort(new Error('enough'));
    expect((await reading).message).toBe('enough');
    await vi.advanceTimersByTimeAsync(0);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('runs no more for a late stream once its caller has left, and nobody follows the task', async () => {
    vi.useFakeTimers();
    await using server = createReferenceServer({
      fault: { latency: 60_000 },
      async *agent(turn) {
        yield working();
        await turn.sleep(600_000);
      },
    });
    const controller = new AbortController();
    const asked = rejection(post(server, streaming, { signal: controller.signal }));
    await vi.advanceTimersByTimeAsync(10);
    expect(server.openStreams).toBe(1);
    controller.abort(new Error('enough'));
    await asked;
    await vi.advanceTimersByTimeAsync(0);
    expect(server.openStreams).toBe(0);
  });

  it.each<[string, RequestFault]>([
    ['a late answer', { latency: 60_000 }],
    ['a dripping one', { drip: 1, every: 60_000 }],
    ['one that never comes', 'hang'],
  ])('does not keep %s when the server closes', async (_, fault) => {
    vi.useFakeTimers();
    const server = createReferenceServer({ fault });
    const reading = rejection(post(server, sending).then(response => response.text()));
    await vi.advanceTimersByTimeAsync(10);
    await server.close();
    expect(await reading).toBeInstanceOf(TypeError);
    expect(vi.getTimerCount()).toBe(0);
  });
});

it('a request goes on when its caller leaves at once, unless it hangs', async () => {
  await using server = createReferenceServer();
  const controller = new AbortController();
  const sent = rejection(post(server, sending, { signal: controller.signal }));
  controller.abort(new Error('enough'));
  await sent;
  await vi.waitFor(() => expect(server.tasks.list()).toMatchObject([{ status: { state: 'completed' } }]));
});

it('a fault of the card hits the card', async () => {
  await using server = createReferenceServer({ fault: ({ rpcMethod }) => (rpcMethod ? undefined : 'html') });
  expect((await server.fetch(server.cardUrl)).headers.get('content-type')).toContain('text/html');
  expect((await send(await inProcess(server))).status).toBe(200);
});

it.each([
  [{ fault: 'explode' }, 'fault'],
  [{ fault: {} }, 'fault'],
  [{ fault: { status: 700 } }, 'fault.status'],
  [{ fault: { status: 101 } }, 'fault.status'],
  [{ fault: { status: '503' } }, 'fault.status'],
  [{ fault: { status: 503, retryAfter: -1 } }, 'fault.retryAfter'],
  [{ fault: { status: 503, body: 7 } }, 'fault.body'],
  [{ fault: { status: 503, headers: { 'not a name': 'x' } } }, 'fault.headers'],
  [{ fault: { latency: -1 } }, 'fault.latency'],
  [{ fault: { latency: Number.NaN } }, 'fault.latency'],
  [{ fault: { truncate: 1.5 } }, 'fault.truncate'],
  [{ fault: { drip: 0, every: 1 } }, 'fault.drip'],
  [{ fault: { drip: 1 } }, 'fault.every'],
  [{ fault: { oversize: 0 } }, 'fault.oversize'],
  [{ fault: { regress: 'completed' } }, 'fault.regress'],
  [{ fault: { status: 503, latency: 5 } }, 'fault must be of one kind'],
])('%o is refused by name', (options, name) => {
  const create = () => createReferenceServer(options as ReferenceServerOptions);
  expect(create).toThrow(TypeError);
  expect(create).toThrow(name);
});

function sendText(server: ReferenceServer, text: string): Promise<Response> {
  return post(server, { ...sending, params: { message: v1Message(text) } });
}
