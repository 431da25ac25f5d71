import {
  type Agent,
  artifact,
  createReferenceServer,
  type ReferenceServer,
  reply,
  type StreamMishap,
  type UpcomingEvent,
  working,
} from 'a2a-await/testing';
import { listen } from 'a2a-await/testing/node';
import { setupServer } from 'msw/node';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { open, praison, readAll, readEvents, resuming } from './stream-support.js';

let finished = 0;

/** Counts how often it was done, which PraisonAI's tasks do not tell of what was streamed. */
const agent: Agent = function* () {
  yield working('one');
  yield artifact('two');
  finished++;
};

/** Until the promises that are ready have all gone on. */
async function breathe(turns = 10): Promise<void> {
  for (let turn = 0; turn < turns; turn++) await new Promise(resolve => setImmediate(resolve));
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise(resolve => setImmediate(resolve));
}

afterEach(() => {
  finished = 0;
  vi.useRealTimers();
});

const whole = resuming.map(d => ({
  ...d,
  events: ['task submitted', 'status working one', 'artifact two last', `status completed${d.final}`],
}));
/** Its streams begin with a status, and end with an event of their own. */
const all = [
  ...whole,
  {
    ...praison,
    title: 'praison',
    bindings: ['JSONRPC'] as const,
    events: ['status working', 'status working one', 'artifact two last', 'status completed final', 'done'],
  },
];

const mistakes: [string, StreamMishap | ((event: UpcomingEvent) => StreamMishap | undefined), number[]][] = [
  ['loses an event', ({ event }) => (event === 2 ? 'lose' : undefined), [0, 2, 3, 4]],
  ['brings one twice', ({ event }) => (event === 3 ? 'duplicate' : undefined), [0, 1, 2, 2, 3, 4]],
  ['brings one after the next', ({ event }) => (event === 2 ? 'late' : undefined), [0, 2, 1, 3, 4]],
  [
    'loses the one that another waits for',
    ({ event }) => (({ 2: 'late', 3: 'lose' }) as const)[event as 2 | 3],
    [0, 1, 3, 4],
  ],
];

describe.each(all)('a stream of dialect $title', ({ dialect, bindings, stream, send, tell, events }) => {
  it.each(mistakes)('%s, and the agent does all the same', async (_, streamMishap, order) => {
    await using server = createReferenceServer({ dialect, bindings, agent, streamMishap });
    const told = await readAll(await open(server, stream, send('hi')), tell);
    expect(told).toEqual(order.flatMap(index => events[index] ?? []));
    expect(finished).toBe(1);
    expect(server.openStreams).toBe(0);
  });

  it('may bring each event late, and loses none', async () => {
    await using server = createReferenceServer({ dialect, bindings, agent, streamMishap: 'late' });
    const told = await readAll(await open(server, stream, send('hi')), tell);
    expect(told).toEqual([1, 0, 3, 2, 4].flatMap(index => events[index] ?? []));
  });

  it('brings an event later, and what follows after it', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    await using server = createReferenceServer({
      dialect,
      bindings,
      agent,
      streamMishap: ({ event }) => (event === 2 ? { delay: 500 } : undefined),
    });
    const told: string[] = [];
    const reading = readAll(await open(server, stream, send('hi')), sent => {
      const text = tell(sent);
      told.push(text);
      return text;
    });
    await breathe();
    await vi.advanceTimersByTimeAsync(499);
    await breathe();
    expect(told).toEqual(events.slice(0, 1));
    await vi.advanceTimersByTimeAsync(1);
    expect(await reading).toEqual(events);
  });

  it.each([0, 1, 2])(
    'is open and silent after %i events where it is deaf, and the task goes on',
    async heard => {
      await using server = createReferenceServer({
        dialect,
        bindings,
        agent,
        streamMishap: ({ event }) => (event === heard + 1 ? 'deaf' : undefined),
      });
      const response = await open(server, stream, send('hi'));
      expect(response.status).toBe(200);
      expect(response.headers.get('content-type')).toContain('text/event-stream');
      const sent = readEvents(response);
      for (let count = 0; count < heard; count++) {
        expect(tell((await sent.next()).value)).toBe(events[count]);
      }
      const next = vi.fn();
      sent.next().then(next, next);
      await until(() => finished === 1);
      await breathe();
      expect(next).not.toHaveBeenCalled();
      expect(server.openStreams).toBe(1);
    },
  );
});

describe('a deaf stream', () => {
  const [v1] = resuming;
  if (!v1) throw new Error('A2A 1.0 is missing.');
  const deaf = () =>
    createReferenceServer({ agent, streamMishap: ({ nth }) => (nth === 1 ? 'deaf' : undefined) });
  const begin = (extra: RequestInit = {}): RequestInit => ({
    method: 'POST',
    headers: { 'content-type': 'application/json', 'A2A-Version': '1.0' },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: v1.stream, params: v1.send('hi') }),
    ...extra,
  });

  /** What can reach a server: its url, a fetch, and how to end that. */
  const ways = {
    async 'server.fetch'(server: ReferenceServer) {
      return { url: server.endpoint, fetch: server.fetch, end: async () => {} };
    },
    async msw(server: ReferenceServer) {
      const network = setupServer(...server.handlers);
      network.listen({ onUnhandledRequest: 'error' });
      return { url: server.endpoint, fetch: globalThis.fetch, end: async () => network.close() };
    },
    async 'node:http'(server: ReferenceServer) {
      const listening = await listen(server);
      return { url: `${listening.url}/`, fetch: globalThis.fetch, end: () => listening.close() };
    },
  };

  it.each(Object.entries(ways))(
    'over %s is open until its reader aborts, and counts until then',
    async (_, reach) => {
      await using server = deaf();
      const { url, fetch, end } = await reach(server);
      try {
        const controller = new AbortController();
        const response = await fetch(url, begin({ signal: controller.signal }));
        expect(response.status).toBe(200);
        const reading = response.text();
        const settled = vi.fn();
        reading.then(settled, settled);
        await until(() => server.tasks.list()[0]?.status.state === 'completed');
        await breathe();
        expect(settled).not.toHaveBeenCalled();
        expect(server.openStreams).toBe(1);
        controller.abort();
        await expect(reading).rejects.toThrow('aborted');
        await until(() => server.openStreams === 0);
      } finally {
        await end();
      }
    },
  );

  it.each(Object.entries(ways))('over %s breaks when the server closes', async (_, reach) => {
    const server = deaf();
    const { url, fetch, end } = await reach(server);
    try {
      const reading = (await fetch(url, begin())).text();
      await until(() => finished === 1);
      await breathe();
      const broken = expect(reading).rejects.toThrow(TypeError);
      await server.close();
      await broken;
      await until(() => server.openStreams === 0);
    } finally {
      await end();
    }
  });

  it('breaks where the server has closed before its reader came', async () => {
    const server = deaf();
    const response = await open(server, v1.stream, v1.send('hi'));
    await until(() => finished === 1);
    await server.close();
    await expect(response.text()).rejects.toThrow('The reference server was closed.');
    expect(server.openStreams).toBe(0);
  });

  it('leaves no timer, and lets another stream of the same task hear', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'] });
    let goOn = () => {};
    const gate = new Promise<void>(resolve => {
      goOn = resolve;
    });
    await using server = createReferenceServer({
      async *agent() {
        yield working('one');
        await gate;
      },
      streamMishap: ({ nth }) => (nth === 1 ? 'deaf' : undefined),
    });
    const response = await open(server, v1.stream, v1.send('hi'));
    const silent = response.body?.getReader();
    silent?.read().catch(() => {});
    await until(() => server.tasks.list()[0]?.status.state === 'working');
    expect(vi.getTimerCount()).toBe(0);
    const again = await open(server, v1.subscribe, { id: server.tasks.list()[0]?.id });
    goOn();
    expect(await readAll(again, v1.tell)).toEqual(['task working one', 'status completed']);
    expect(server.openStreams).toBe(1);
    await silent?.cancel();
    expect(server.openStreams).toBe(0);
  });
});

describe('streamMishap', () => {
  it.each(whole)('is asked for each event that is told, in $title', async d => {
    const asked: UpcomingEvent[] = [];
    await using server = createReferenceServer({
      dialect: d.dialect,
      bindings: d.bindings,
      agent: turn => (turn.text === 'reply' ? [reply('hello')] : agent(turn)),
      streamMishap(event) {
        asked.push(event);
        return 'lose';
      },
    });
    expect(await readAll(await open(server, d.stream, d.send('hi')), d.tell)).toEqual([]);
    const taskId = server.tasks.list()[0]?.id;
    await readAll(await open(server, d.stream, d.send('reply')), d.tell);
    expect(asked).toEqual([
      { nth: 1, event: 1, rpcMethod: d.stream, taskId, kind: 'task', state: 'submitted' },
      { nth: 1, event: 2, rpcMethod: d.stream, taskId, kind: 'status-update', state: 'working' },
      { nth: 1, event: 3, rpcMethod: d.stream, taskId, kind: 'artifact-update' },
      { nth: 1, event: 4, rpcMethod: d.stream, taskId, kind: 'status-update', state: 'completed' },
      { nth: 2, event: 1, rpcMethod: d.stream, kind: 'message' },
    ]);
  });

  it('is asked for the end of a stream where that is an event', async () => {
    const { dialect, stream, send, tell } = praison;
    const streamMishap = ({ kind }: UpcomingEvent) => (kind === 'end' ? 'lose' : undefined);
    await using server = createReferenceServer({ dialect, agent, streamMishap });
    const told = await readAll(await open(server, stream, send('hi')), tell);
    expect(told.at(-1)).toBe('status completed final');
  });

  it('counts for cutStream what is sent, not what happens', async () => {
    const { stream, send, tell } = resuming[0] as (typeof resuming)[number];
    await using server = createReferenceServer({
      agent,
      streamMishap: ({ event }) => (event === 1 ? 'lose' : 'duplicate'),
      cutStream: { afterEvents: 3 },
    });
    expect(await readAll(await open(server, stream, send('hi')), tell)).toEqual([
      'status working one',
      'status working one',
      'artifact two last',
      'broken: The reference server cut this stream.',
    ]);
  });

  it('ends a delay when its reader leaves, and when the server closes, and leaves no timer', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const { stream, send } = resuming[0] as (typeof resuming)[number];
    const server = createReferenceServer({ agent, streamMishap: { delay: 1_000 } });
    const left = (await open(server, stream, send('hi'))).body?.getReader();
    const stayed = (await open(server, stream, send('hi'))).body?.getReader();
    const [first, second] = [left?.read(), stayed?.read()];
    await breathe();
    expect(vi.getTimerCount()).toBe(2);
    await left?.cancel();
    expect(await first).toEqual({ done: true, value: undefined });
    expect(vi.getTimerCount()).toBe(1);
    const broken = expect(second).rejects.toThrow('The reference server was closed.');
    await server.close();
    await broken;
    expect(vi.getTimerCount()).toBe(0);
  });

  it.each([
    ['explode', 'streamMishap must be one of lose, duplicate, late, { delay: ms }, deaf, not "explode".'],
    [{ delay: -1 }, 'streamMishap.delay must be a number of ms of at least 0, not -1.'],
    [{ delay: Number.NaN }, 'streamMishap.delay must be a number of ms of at least 0, not NaN.'],
    [{}, 'streamMishap.delay must be a number of ms of at least 0, not undefined.'],
    [3, 'streamMishap must be one of lose, duplicate, late, { delay: ms }, deaf, not 3.'],
  ])('is refused by name where it makes no sense: %o', (mishap, message) => {
    expect(() => createReferenceServer({ streamMishap: mishap as StreamMishap })).toThrow(
      new TypeError(message),
    );
  });

  it('breaks the stream where what a function gives makes no sense', async () => {
    const { stream, send, tell } = resuming[0] as (typeof resuming)[number];
    await using server = createReferenceServer({ agent, streamMishap: () => 'explode' as 'lose' });
    const told = await readAll(await open(server, stream, send('hi')), tell);
    expect(told).toEqual([expect.stringContaining('broken: streamMishap must be one of')]);
  });
});
