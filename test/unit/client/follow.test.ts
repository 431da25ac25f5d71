import {
  A2AClient,
  AuthenticationError,
  type Dialect,
  NetworkError,
  type ReconnectOptions,
  RequestTimeoutError,
  ResponseFormatError,
  type StreamEvent,
  StreamInterruptedError,
  UnsupportedOperationError,
} from 'a2a-await';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { became, begins, chunk, goesOn, made, taskIn } from '../../support/events.js';
import { type Feed, feed, refused, told } from '../../support/feed.js';
import { following } from '../../support/gather.js';
import { countedSignal } from '../../support/listeners.js';
import { json, type RpcReply, result, rpcError, rpcFetch } from '../../support/rpc-fetch.js';
import { rejection } from '../../support/settling.js';
import { never } from '../../support/source.js';
import { expectNoUnhandledRejections } from '../../support/unhandled.js';

expectNoUnhandledRejections();
beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

interface Answers {
  send?: RpcReply;
  /** Given how often it was asked before. */
  subscribe?: (index: number) => RpcReply;
  get?: (id: string, index: number) => RpcReply;
}

const lost = () => new TypeError('fetch failed');

/** A client, and an agent that answers so; what is not answered is a lost connection. */
function agent(answers: Answers, dialect: Dialect = '1.0') {
  const begun = performance.now();
  const asked: { method: string; at: number }[] = [];
  const { fetch } = rpcFetch(({ method, id }) => {
    const before = asked.filter(each => each.method === method).length;
    asked.push({ method, at: Math.round(performance.now() - begun) });
    if (/resubscribe|SubscribeToTask/.test(method)) return answers.subscribe?.(before) ?? lost();
    if (/get/i.test(method)) return answers.get?.(id, before) ?? lost();
    return answers.send ?? lost();
  });
  const endpoint = 'http://agent.test/';
  const client = new A2AClient(endpoint, { endpoint, dialect, fetch, retry: 0 });
  return {
    client,
    /** When each call of a method came, ms. */
    times: (name: string) => asked.filter(({ method }) => method === name).map(({ at }) => at),
    stream: (reconnect?: boolean | ReconnectOptions) =>
      following(client.streamMessage('go', reconnect === undefined ? {} : { reconnect })),
  };
}

/** A stream that tells these results and is lost. */
function broken(...results: unknown[]): Response {
  const { response, tell, cut } = feed();
  // Not an error at once: what was told must be read before.
  const stream = response.body?.getReader();
  tell(...results);
  let given = false;
  return new Response(
    new ReadableStream({
      async pull(controller) {
        if (given || results.length === 0) return controller.error(new TypeError('terminated'));
        for (let left = results.length; left > 0; left -= 1)
          controller.enqueue((await stream?.read())?.value as Uint8Array);
        given = true;
        cut();
      },
    }),
    { headers: { 'content-type': 'text/event-stream' } },
  );
}

const working = taskIn('working');
const anHour = 3_600_000;

describe('a stream that broke off', () => {
  it('is taken up again after 1, 2, 4, 8, 16 and at most 30 s, if that fails', async () => {
    vi.spyOn(Math, 'random').mockReturnValue(1);
    const it = agent({ send: broken(working) });
    const read = it.stream({ attempts: 7 });
    await vi.advanceTimersByTimeAsync(anHour);
    expect(it.times('SubscribeToTask')).toEqual([1, 3, 7, 15, 31, 61, 91].map(s => s * 1_000));
    expect(read.error).toBeInstanceOf(StreamInterruptedError);
  });

  it('waits a random share of that', async () => {
    const random = vi.spyOn(Math, 'random');
    for (const share of [0.5, 0.75, 0.25]) random.mockReturnValueOnce(share);
    const it = agent({ send: broken(working) });
    it.stream({ attempts: 3 });
    await vi.advanceTimersByTimeAsync(anHour);
    expect(it.times('SubscribeToTask')).toEqual([500, 2_000, 3_000]);
  });

  it('keeps to the delays that were asked for', async () => {
    vi.spyOn(Math, 'random').mockReturnValue(1);
    const it = agent({ send: broken(working) });
    it.stream({ attempts: 4, minDelay: 10, maxDelay: 25 });
    await vi.advanceTimersByTimeAsync(anHour);
    expect(it.times('SubscribeToTask')).toEqual([10, 30, 55, 80]);
  });

  it('is given up after five attempts in a row, and no timer is left', async () => {
    const it = agent({ send: broken(working) });
    const read = it.stream();
    await vi.advanceTimersByTimeAsync(anHour);
    expect(it.times('SubscribeToTask')).toHaveLength(5);
    expect(read.error).toBeInstanceOf(StreamInterruptedError);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('is given up where each new connection tells nothing new', async () => {
    const it = agent({ send: broken(working), subscribe: () => broken(working) });
    const read = it.stream({ attempts: 3 });
    await vi.advanceTimersByTimeAsync(anHour);
    expect(it.times('SubscribeToTask')).toHaveLength(3);
    expect(read.events).toEqual([working]);
    expect(read.error).toBeInstanceOf(StreamInterruptedError);
  });

  it('is taken up as often as it takes, as long as each time something is told', async () => {
    const parts = Array.from({ length: 20 }, (_, n) => `${n}`);
    const it = agent({
      send: broken(working, begins('a')),
      subscribe: index =>
        index < parts.length
          ? broken(
              taskIn('working', { artifacts: [made('a', ...parts.slice(0, index))] }),
              goesOn('a', `${index}`),
            )
          : told(taskIn('completed', { artifacts: [made('a', ...parts)] })),
    });
    const read = it.stream({ attempts: 1 });
    await vi.advanceTimersByTimeAsync(anHour);
    expect(read.error).toBeUndefined();
    expect(read.events).toEqual([
      working,
      begins('a'),
      ...parts.map(part => goesOn('a', part)),
      became('completed'),
    ]);
  });

  const growing = (parts: number) =>
    taskIn('working', { artifacts: [made('a', ...Array.from({ length: parts }, (_, n) => `${n}`))] });

  it('is taken up as often as it takes, if it is the task itself each time that tells something new', async () => {
    const it = agent({
      send: broken(working),
      subscribe: index => (index < 9 ? broken(growing(index + 1)) : told(taskIn('completed'))),
    });
    const read = it.stream({ attempts: 1 });
    await vi.advanceTimersByTimeAsync(anHour);
    expect(read.error).toBeUndefined();
    expect(read.events).toHaveLength(1 + 9 + 1);
  });

  it('is taken up as often as it takes, if it is the store each time that tells something new', async () => {
    const it = agent({
      send: broken(working),
      subscribe: index => (index < 9 ? lost() : told(became('completed'))),
      get: (id, index) => result(id, growing(index + 1)),
    });
    const read = it.stream({ attempts: 1 });
    await vi.advanceTimersByTimeAsync(anHour);
    expect(read.error).toBeUndefined();
    expect(it.times('SubscribeToTask')).toHaveLength(10);
    expect(read.events.at(-1)).toEqual(became('completed'));
  });

  it('is taken up again before its first event, where it is known which task it is of', async () => {
    const it = agent({
      subscribe: index => (index === 0 ? broken() : told(working, became('completed'))),
    });
    const read = following(it.client.subscribe('t'));
    await vi.advanceTimersByTimeAsync(anHour);
    expect(read.events).toEqual([working, became('completed')]);
  });

  it('starts with the shortest delay again after it was told something', async () => {
    vi.spyOn(Math, 'random').mockReturnValue(1);
    const it = agent({
      send: broken(working),
      subscribe: index => (index === 2 ? broken(working, begins('a', '1')) : lost()),
    });
    it.stream({ attempts: 4 });
    await vi.advanceTimersByTimeAsync(anHour);
    expect(it.times('SubscribeToTask').slice(0, 4)).toEqual([1_000, 3_000, 7_000, 8_000]);
  });

  it.each([
    ['reconnect: false', false],
    ['attempts: 0', { attempts: 0 }],
  ] as const)('is not taken up with %s', async (_, reconnect) => {
    const it = agent({ send: broken(working, begins('a', '1')) });
    const read = it.stream(reconnect);
    await read.done;
    expect(read.events).toEqual([working, begins('a', '1')]);
    expect(read.error).toBeInstanceOf(StreamInterruptedError);
    expect(read.error).toMatchObject({
      code: 'stream-interrupted',
      taskId: 't',
      accumulated: taskIn('working', { artifacts: [made('a', '1')] }),
      cause: expect.any(NetworkError),
    });
    expect(it.times('SubscribeToTask')).toEqual([]);
    expect(it.times('GetTask')).toEqual([]);
  });

  it('that merely ended has no cause', async () => {
    const read = agent({ send: told(working) }).stream(false);
    await read.done;
    expect(read.error).toBeInstanceOf(StreamInterruptedError);
    expect((read.error as Error).cause).toBeUndefined();
  });

  it('before it was told which task there is, is neither sent nor taken up again', async () => {
    const it = agent({ send: broken() });
    const read = it.stream();
    await vi.advanceTimersByTimeAsync(anHour);
    expect(read.error).toMatchObject({ name: 'StreamInterruptedError', accumulated: undefined });
    expect((read.error as StreamInterruptedError).taskId).toBeUndefined();
    expect((read.error as Error).message).toContain('may have taken the message');
    expect(it.times('SendStreamingMessage')).toHaveLength(1);
    expect(it.times('SubscribeToTask')).toEqual([]);
  });

  it('of PraisonAI, which cannot take it up, is an interruption with what was told', async () => {
    const it = agent({ send: broken(became('working'), begins('a', '1')) }, 'praison');
    const read = it.stream();
    await vi.advanceTimersByTimeAsync(anHour);
    expect(read.error).toBeInstanceOf(StreamInterruptedError);
    expect(read.error).toMatchObject({
      taskId: 't',
      accumulated: taskIn('working', { artifacts: [made('a', '1')] }),
    });
    expect(it.times('message/stream')).toHaveLength(1);
    // Its store knows nothing of what it streams.
    expect(it.times('tasks/get')).toEqual([]);
  });

  it('after the question is taken up again: it may have been answered meanwhile', async () => {
    const it = agent({
      send: broken(working, became('input-required')),
      subscribe: () => told(taskIn('input-required')),
      get: id => result(id, taskIn('input-required')),
    });
    const read = it.stream();
    await vi.advanceTimersByTimeAsync(anHour);
    expect(read).toMatchObject({ state: 'ended', events: [working, became('input-required')] });
    expect(it.times('SubscribeToTask')).toHaveLength(1);
  });

  it('at its own end after the question is no interruption', async () => {
    const it = agent({ send: told(working, became('input-required')) });
    const read = it.stream();
    await vi.advanceTimersByTimeAsync(anHour);
    expect(read.state).toBe('ended');
    expect(it.times('SubscribeToTask')).toEqual([]);
  });
});

describe('a stream that is taken up again', () => {
  const refusals: [string, () => RpcReply][] = [
    ['outright', () => json(JSON.stringify({ jsonrpc: '2.0', error: { code: -32602, message: 'is over' } }))],
    ['within the stream', () => refused(-32602, 'is over')],
  ];

  it.each(refusals)('but refused %s, is completed from the store', async (_, subscribe) => {
    const stored = taskIn('completed', { artifacts: [made('a', '1', '2')] });
    const it = agent({ send: broken(working, begins('a', '1')), subscribe, get: id => result(id, stored) });
    const read = it.stream();
    await vi.advanceTimersByTimeAsync(anHour);
    expect(read.error).toBeUndefined();
    expect(read.events).toEqual([
      working,
      begins('a', '1'),
      chunk(made('a', '2'), { lastChunk: true }),
      became('completed'),
    ]);
    expect(it.times('SubscribeToTask')).toHaveLength(1);
    expect(it.times('GetTask')).toHaveLength(1);
  });

  it.each(refusals)('but refused %s while the task is at work, is tried again', async (_, subscribe) => {
    const it = agent({
      send: broken(working),
      subscribe: index => (index < 2 ? subscribe() : told(became('completed'))),
      get: id => result(id, working),
    });
    const read = it.stream();
    await vi.advanceTimersByTimeAsync(anHour);
    expect(read.events).toEqual([working, became('completed')]);
    expect(it.times('SubscribeToTask')).toHaveLength(3);
  });

  it('by a server that has no such method, is given up with what it said as the cause', async () => {
    const it = agent({ send: broken(working), subscribe: () => rpc(-32601), get: id => result(id, working) });
    const read = it.stream({ attempts: 2 });
    await vi.advanceTimersByTimeAsync(anHour);
    expect(read.error).toBeInstanceOf(StreamInterruptedError);
    expect((read.error as Error).cause).toBeInstanceOf(UnsupportedOperationError);
  });

  it('without credentials any more, is given up with that as the cause', async () => {
    const it = agent({ send: broken(working), subscribe: () => new Response('', { status: 401 }) });
    const read = it.stream({ attempts: 2 });
    await vi.advanceTimersByTimeAsync(anHour);
    expect(read.error).toMatchObject({ name: 'StreamInterruptedError', taskId: 't', accumulated: working });
    expect((read.error as Error).cause).toBeInstanceOf(AuthenticationError);
  });

  it('without a word is completed from the store', async () => {
    const it = agent({
      send: broken(working),
      subscribe: () => told(),
      get: id => result(id, taskIn('completed')),
    });
    const read = it.stream();
    await vi.advanceTimersByTimeAsync(anHour);
    expect(read).toMatchObject({ state: 'ended', events: [working, became('completed')] });
  });

  it('is no success where nobody can tell what passed in the gap', async () => {
    const it = agent({ send: broken(working, begins('a', '1')), subscribe: () => told(became('completed')) });
    const read = it.stream();
    await vi.advanceTimersByTimeAsync(anHour);
    expect(read.events).toEqual([working, begins('a', '1')]);
    expect(read.error).toMatchObject({ name: 'StreamInterruptedError', taskId: 't' });
  });

  it.each([429, 500, 503])('is tried again after HTTP %i', async status => {
    const it = agent({
      send: broken(working),
      subscribe: index => (index === 0 ? new Response('', { status }) : told(became('completed'))),
      get: id => result(id, working),
    });
    const read = it.stream();
    await vi.advanceTimersByTimeAsync(anHour);
    expect(read.events).toEqual([working, became('completed')]);
  });

  it('by nonsense is given up with that as the cause, and all that was told', async () => {
    const it = agent({ send: broken(working), subscribe: () => told({ what: 'is this?' }) });
    const read = it.stream({ attempts: 2 });
    await vi.advanceTimersByTimeAsync(anHour);
    expect(read.error).toMatchObject({ name: 'StreamInterruptedError', accumulated: working });
    expect((read.error as Error).cause).toBeInstanceOf(ResponseFormatError);
    expect(it.times('SubscribeToTask')).toHaveLength(2);
  });

  it('tells what it missed, by the task that it begins with', async () => {
    const now = taskIn('working', { artifacts: [made('a', '1', '2')] });
    const it = agent({
      send: broken(working, begins('a', '1')),
      subscribe: () => told(now, goesOn('a', '3'), became('completed')),
    });
    const read = it.stream();
    await vi.advanceTimersByTimeAsync(anHour);
    expect(read.events).toEqual([
      working,
      begins('a', '1'),
      goesOn('a', '2'),
      goesOn('a', '3'),
      became('completed'),
    ]);
  });

  it('without that task, as py 0.3 does, tells what it missed before the end', async () => {
    const it = agent({
      send: broken(working, begins('a', '1')),
      subscribe: () => told(became('completed')),
      get: id => result(id, taskIn('completed', { artifacts: [made('a', '1', '2')] })),
    });
    const read = it.stream();
    await vi.advanceTimersByTimeAsync(anHour);
    expect(read.events).toEqual([
      working,
      begins('a', '1'),
      chunk(made('a', '2'), { lastChunk: true }),
      became('completed'),
    ]);
  });

  describe('and is silent', () => {
    let silent: Feed;
    let signal: ReturnType<typeof countedSignal>;
    const begin = (get: (id: string) => RpcReply) => {
      silent = feed();
      signal = countedSignal();
      const it = agent({ send: broken(working), subscribe: () => silent.response, get });
      const options = { reconnect: { minDelay: 0 }, signal: signal.signal };
      return { ...it, read: following(it.client.streamMessage('go', options)) };
    };

    it('asks the store once after a second, and ends where the task is over', async () => {
      const { read, times } = begin(id => result(id, taskIn('completed')));
      await vi.advanceTimersByTimeAsync(990);
      expect(times('GetTask')).toEqual([]);
      expect(read.state).toBe('open');
      await vi.advanceTimersByTimeAsync(20);
      expect(times('GetTask')).toHaveLength(1);
      expect(read.events).toEqual([working, became('completed')]);
      expect(read.state).toBe('ended');
      expect(silent.isLeft).toBe(true);
      expect(signal.now).toBe(0);
    });

    it('asks the store ever more seldom, and goes on listening where the task is at work', async () => {
      const { read, times } = begin(id => result(id, working));
      await vi.advanceTimersByTimeAsync(anHour);
      const asked = times('GetTask');
      expect(asked.slice(0, 5)).toEqual([1_000, 3_000, 7_000, 15_000, 31_000]);
      expect(asked.length).toBeLessThan(40);
      expect(read.state).toBe('open');
      silent.tell(begins('a', '1'), became('completed'));
      silent.end();
      await vi.advanceTimersByTimeAsync(0);
      expect(read.events).toEqual([working, begins('a', '1'), became('completed')]);
      expect(read.state).toBe('ended');
    });

    it('goes on listening where the store does not answer', async () => {
      const { read } = begin(() => lost());
      await vi.advanceTimersByTimeAsync(anHour);
      expect(read.state).toBe('open');
      silent.tell(became('completed'));
      silent.end();
      await vi.advanceTimersByTimeAsync(1_000);
      // What passed in the gap is not known.
      expect(read.events).toEqual([working]);
      expect(read.error).toBeInstanceOf(StreamInterruptedError);
    });

    it('tells nothing twice of what the store told and then comes after all', async () => {
      const { read } = begin(id => result(id, taskIn('working', { artifacts: [made('a', '1', '2')] })));
      await vi.advanceTimersByTimeAsync(1_010);
      silent.tell(begins('a', '1'), goesOn('a', '2'), goesOn('a', '3'), became('completed'));
      silent.end();
      await vi.advanceTimersByTimeAsync(0);
      expect(read.events).toEqual([working, begins('a', '1', '2'), goesOn('a', '3'), became('completed')]);
    });
  });

  it('a first connection that nobody writes to any more ends with the task, by the store', async () => {
    const silent = feed();
    const it = agent({ send: silent.response, get: id => result(id, taskIn('completed')) });
    const read = it.stream();
    silent.tell(working);
    await vi.advanceTimersByTimeAsync(29_990);
    expect(it.times('GetTask')).toEqual([]);
    await vi.advanceTimersByTimeAsync(20);
    expect(read).toMatchObject({ state: 'ended', events: [working, became('completed')] });
    expect(it.times('GetTask')).toEqual([30_000]);
  });

  it('a store that failed once is asked again', async () => {
    const silent = feed();
    let asked = 0;
    const it = agent({
      send: silent.response,
      get: id => (++asked === 1 ? rpcError(id, -32603, 'no') : result(id, taskIn('completed'))),
    });
    const read = it.stream();
    silent.tell(working);
    await vi.advanceTimersByTimeAsync(89_000);
    expect(read.state).toBe('open');
    await vi.advanceTimersByTimeAsync(2_000);
    expect(read).toMatchObject({ state: 'ended', events: [working, became('completed')] });
  });
});

describe('options that cannot be right are refused before anything is sent', () => {
  const wrong: [string, object][] = [
    ['reconnect.attempts', { reconnect: { attempts: -1 } }],
    ['reconnect.attempts', { reconnect: { attempts: 1.5 } }],
    ['reconnect.attempts', { reconnect: { attempts: Infinity } }],
    ['reconnect.attempts', { reconnect: { attempts: '3' } }],
    ['reconnect.minDelay', { reconnect: { minDelay: -1 } }],
    ['reconnect.minDelay', { reconnect: { minDelay: Number.NaN } }],
    ['reconnect.maxDelay', { reconnect: { maxDelay: Infinity } }],
    ['reconnect.maxDelay', { reconnect: { maxDelay: '1s' } }],
    ['timeout', { timeout: -1 }],
    ['signal', { signal: {} }],
    ['headers', { headers: 7 }],
  ];

  it.each(wrong)('%s of %j', async (name, options) => {
    const { client, times } = agent({ send: told(taskIn('completed')) });
    for (const stream of [client.streamMessage('go', options), client.subscribe('t', options)]) {
      const error = await rejection(stream.next());
      expect(error).toBeInstanceOf(TypeError);
      expect(error.message).toContain(`"${name}"`);
    }
    expect(times('SendStreamingMessage')).toEqual([]);
    expect(times('SubscribeToTask')).toEqual([]);
  });

  it('historyLength of a message', async () => {
    const { client, times } = agent({ send: told(taskIn('completed')) });
    const error = await rejection(client.streamMessage('go', { historyLength: -1 }).next());
    expect(error).toBeInstanceOf(TypeError);
    expect(error.message).toContain('"historyLength"');
    expect(times('SendStreamingMessage')).toEqual([]);
  });

  it('a task id that is empty', async () => {
    const { client, times } = agent({});
    const error = await rejection(client.subscribe('').next());
    expect(error).toBeInstanceOf(TypeError);
    expect(error.message).toContain('"taskId"');
    expect(times('SubscribeToTask')).toEqual([]);
  });
});

describe('events', () => {
  it('that come right after the end are told if they are the whole task', async () => {
    const late = feed();
    const read = agent({ send: late.response }).stream();
    const events: StreamEvent[] = [working, became('completed')];
    late.tell(...events);
    await vi.advanceTimersByTimeAsync(200);
    const whole = taskIn('completed', { artifacts: [made('a', 'all of it')] });
    late.tell(whole);
    late.end();
    await vi.advanceTimersByTimeAsync(0);
    expect(read.events).toEqual([...events, whole]);
    expect(read.state).toBe('ended');
  });

  it('of another task are passed over', async () => {
    const read = agent({
      send: told(working, taskIn('failed', { id: 'other' }), became('completed')),
    }).stream();
    await vi.advanceTimersByTimeAsync(0);
    expect(read.events).toEqual([working, became('completed')]);
  });
});

describe('the timeout', () => {
  it('ends a stream that does not begin', async () => {
    const { client } = agent({ send: never<Response>() });
    const read = following(client.streamMessage('go', { timeout: 5_000 }));
    await vi.advanceTimersByTimeAsync(5_010);
    expect(read.error).toBeInstanceOf(RequestTimeoutError);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('leaves one alone that has begun, even if it is silent', async () => {
    const late = feed();
    const { client } = agent({ send: late.response });
    const read = following(client.streamMessage('go', { timeout: 5_000 }));
    await vi.advanceTimersByTimeAsync(anHour);
    late.tell(taskIn('completed'));
    late.end();
    await vi.advanceTimersByTimeAsync(0);
    expect(read.events).toEqual([taskIn('completed')]);
  });
});

function rpc(code: number): string {
  return rpcError('', code, 'no').replace('"id":"",', '');
}
