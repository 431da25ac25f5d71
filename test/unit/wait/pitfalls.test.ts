import {
  A2AClient,
  A2AError,
  AbortedError,
  HttpError,
  NetworkError,
  type PollSchedule,
  TaskFailedError,
  TaskStoppedError,
  TaskUnreachableError,
  WaitTimeoutError,
  waitForCompletion,
} from 'a2a-await';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { failureDelay, nextDelay, schedules } from '../../../src/time/schedule.js';
import { countedSignal } from '../../support/listeners.js';
import { result, rpcError, rpcFetch } from '../../support/rpc-fetch.js';
import { microtasks, rejection, watched } from '../../support/settling.js';
import { answering, failure, never, plainTask, scripted } from '../../support/source.js';
import { expectNoUnhandledRejections } from '../../support/unhandled.js';

// Each row of what others fell into is one test here, named after it.

const second = 1_000;
const minute = 60 * second;
const day = 24 * 60 * minute;

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  const left = vi.getTimerCount();
  vi.useRealTimers();
  expect(left).toBe(0);
});
expectNoUnhandledRejections();

describe('a hot loop on an unknown state', () => {
  it.each(['TASK_STATE_PONDERING', 'queued', '', 99, -1, 'null'])(
    'does not happen: %o is no end, and is asked about by the schedule',
    async state => {
      const source = scripted(state);
      const waiting = rejection(waitForCompletion(source, 'task-1', { timeout: minute }));
      await vi.advanceTimersByTimeAsync(2 * minute);
      expect(await waiting).toBeInstanceOf(WaitTimeoutError);
      expect(source.polls.length).toBeGreaterThan(10);
      expect(source.polls.length).toBeLessThan(30);
    },
  );

  it('does not happen for an agent that answers "working" 10,000 times: no more requests than its schedule allows', async () => {
    const begun = performance.now();
    const source = answering(poll => (poll < 10_000 ? 'working' : 'completed'));
    const waiting = waitForCompletion(source, 'task-1', { timeout: Infinity });
    await vi.advanceTimersByTimeAsync(10 * day);
    expect((await waiting).status.state).toBe('completed');
    expect(source.polls).toHaveLength(10_001);
    for (const [index, poll] of source.polls.slice(1).entries()) {
      const before = source.polls[index] as number;
      const allowed = schedules.balanced.interval({ age: before - begun, attempt: index + 1 }) * 0.85;
      // Timers count whole milliseconds.
      expect(poll - before).toBeGreaterThanOrEqual(Math.floor(allowed) - 1);
    }
    const first24h = source.polls.filter(poll => poll - begun <= day).length;
    expect(first24h).toBeGreaterThan(1_400);
    expect(first24h).toBeLessThan(1_650);
  });
});

describe('a setTimeout above 2^31-1 ms, which fires at once', () => {
  it.each([2 ** 31, 30 * day, 365 * day])('does not end a wait of %d ms at once', async timeout => {
    const source = scripted('working');
    const outcome = watched(waitForCompletion(source, 'task-1', { timeout }));
    await vi.advanceTimersByTimeAsync(minute);
    expect(outcome.state).toBe('pending');
    expect(source.polls.length).toBeLessThan(30);
    source.getTask = async () => plainTask('completed');
    await vi.advanceTimersByTimeAsync(2 * minute);
    expect(outcome.state).toBe('resolved');
  });

  it('does not make a storm of a schedule of 30 days', async () => {
    const month: PollSchedule = { minimum: second, interval: () => 30 * day };
    const source = scripted('working');
    const outcome = watched(
      waitForCompletion(source, 'task-1', { timeout: 40 * day, schedule: month }).catch(error => error),
    );
    await vi.advanceTimersByTimeAsync(25 * day);
    expect(source.polls).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(16 * day);
    expect(outcome.value).toBeInstanceOf(WaitTimeoutError);
    expect(source.polls.length).toBeLessThanOrEqual(3);
  });

  it('does not make a storm of a Retry-After of 30 days: at most 5 min of it is believed', async () => {
    const source = scripted(failure({ status: 503, retryAfter: 30 * day }), 'completed');
    const waiting = waitForCompletion(source, 'task-1', { timeout: 20 * minute });
    await vi.advanceTimersByTimeAsync(5 * minute - 1);
    expect(source.polls).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(2);
    await waiting;
    expect(source.polls).toHaveLength(2);
  });

  it('does not make a request time out at once', async () => {
    const source = scripted(never());
    const outcome = watched(
      waitForCompletion(source, 'task-1', { timeout: Infinity, requestTimeout: 2 ** 31 }),
    );
    await vi.advanceTimersByTimeAsync(20 * day);
    expect(outcome.state).toBe('pending');
    expect(source.polls).toHaveLength(1);
    source.getTask = async () => plainTask('completed');
    await vi.advanceTimersByTimeAsync(10 * day);
    expect(outcome.state).toBe('resolved');
  });
});

describe('a deadline that a hung request ignores', () => {
  it('is kept: the wait ends within the last grace of 2 s, though the source never settles', async () => {
    const source = scripted('working', never());
    const outcome = watched(waitForCompletion(source, 'task-1', { timeout: 10 * second }));
    await vi.advanceTimersByTimeAsync(10 * second - 1);
    expect(outcome.state).toBe('pending');
    await vi.advanceTimersByTimeAsync(2 * second + 50);
    expect(outcome.error).toBeInstanceOf(WaitTimeoutError);
    expect(source.polls).toHaveLength(3);
    expect(source.signals.slice(1).map(signal => signal.aborted)).toEqual([true, true]);
  });

  it('is kept where requestTimeout is Infinity', async () => {
    const outcome = watched(
      waitForCompletion(scripted(never()), 'task-1', { timeout: 5 * second, requestTimeout: Infinity }),
    );
    await vi.advanceTimersByTimeAsync(7 * second + 50);
    expect(outcome.error).toBeInstanceOf(WaitTimeoutError);
  });

  it('is kept while onInterrupted, or the answer it gave, hangs', async () => {
    const asks = { ...scripted('input-required'), sendMessage: () => never() };
    const hangingPerson = watched(
      waitForCompletion(asks, 'task-1', { timeout: 5 * second, onInterrupted: () => never() }),
    );
    const hangingSend = watched(
      waitForCompletion(asks, 'task-1', { timeout: 5 * second, onInterrupted: () => 'yes' }),
    );
    await vi.advanceTimersByTimeAsync(8 * second);
    expect(hangingPerson.error).toBeInstanceOf(WaitTimeoutError);
    expect(hangingSend.error).toBeInstanceOf(WaitTimeoutError);
  });

  it('is kept where a failure names NaN as its Retry-After', async () => {
    const source = scripted(failure({ status: 503, retryAfter: Number.NaN }));
    const outcome = watched(waitForCompletion(source, 'task-1', { timeout: 10 * second }));
    await vi.advanceTimersByTimeAsync(13 * second);
    expect(outcome.error).toBeInstanceOf(WaitTimeoutError);
    expect(source.polls.length).toBeGreaterThan(2);
  });
});

describe('a burst at the end', () => {
  it.each([
    ['slow', { minimum: 1 * second, interval: () => 30 * second }, [0, 10 * second]],
    ['of one poll', { minimum: 1 * second, interval: () => Number.MAX_VALUE }, [0, 10 * second]],
  ] as [string, PollSchedule, number[]][])(
    'is one poll at the deadline for a schedule that is %s',
    async (_, schedule, times) => {
      const begun = performance.now();
      const source = scripted('working');
      const waiting = rejection(
        waitForCompletion(source, 'task-1', { timeout: 10 * second, schedule, requestTimeout: second }),
      );
      await vi.advanceTimersByTimeAsync(minute);
      await waiting;
      expect(source.polls.map(poll => Math.round((poll - begun) / 100) * 100)).toEqual(times);
    },
  );

  it('is exactly one final poll, whatever the schedule', async () => {
    const begun = performance.now();
    const source = scripted('working');
    const waiting = rejection(waitForCompletion(source, 'task-1', { timeout: minute }));
    await vi.advanceTimersByTimeAsync(3 * minute);
    await waiting;
    expect(source.polls.filter(poll => poll - begun >= minute - 1)).toHaveLength(1);
  });

  it('is one final poll also where every poll fails', async () => {
    const begun = performance.now();
    const source = scripted(failure({ status: 503 }));
    const waiting = rejection(waitForCompletion(source, 'task-1', { timeout: minute }));
    await vi.advanceTimersByTimeAsync(3 * minute);
    await waiting;
    expect(source.polls.filter(poll => poll - begun >= minute - 1)).toHaveLength(1);
  });

  it('takes a task that is over at the last moment', async () => {
    const source = scripted('working', 'completed');
    const slow: PollSchedule = { minimum: second, interval: () => day };
    const waiting = waitForCompletion(source, 'task-1', { timeout: 10 * second, schedule: slow });
    await vi.advanceTimersByTimeAsync(10 * second + 1);
    expect((await waiting).status.state).toBe('completed');
  });
});

describe('a swallowed or late abort', () => {
  const source = () => ({ ...scripted('working'), sendMessage: never });
  const moments: [string, () => Parameters<typeof waitForCompletion>[0], number][] = [
    ['before the first poll', source, 0],
    ['during a request that ignores its signal', () => ({ ...source(), getTask: () => never() }), 10],
    ['between two polls', source, 100],
    ['in a long backoff', () => scripted(failure({ status: 503, retryAfter: minute })), 100],
    ['while a person is asked', () => ({ ...scripted('input-required'), sendMessage: never }), 100],
  ];

  it.each(moments)(
    'does not happen %s: the wait settles in the same turn, and nothing is left',
    async (_, make, at) => {
      const counted = countedSignal();
      const reason = new Error('enough');
      const asked = make();
      const getTask = vi.spyOn(asked, 'getTask');
      const outcome = watched(
        waitForCompletion(asked, 'task-1', {
          signal: counted.signal,
          ...(asked.sendMessage ? { onInterrupted: () => never() } : {}),
        }),
      );
      await vi.advanceTimersByTimeAsync(at);
      expect(outcome.state).toBe('pending');
      const before = getTask.mock.calls.length;
      counted.controller.abort(reason);
      // No timer is advanced: all that may pass are a few microtasks.
      await microtasks(4);
      expect(outcome.state).toBe('rejected');
      expect(outcome.error).toBeInstanceOf(AbortedError);
      expect(outcome.error).toMatchObject({ name: 'AbortError', code: 'aborted', cause: reason });
      await microtasks(50);
      expect(vi.getTimerCount()).toBe(0);
      await vi.advanceTimersByTimeAsync(10 * minute);
      expect(getTask.mock.calls.length).toBe(before);
    },
  );

  it('does not happen before it began: a signal that has fired costs no request', async () => {
    const asked = source();
    const waiting = watched(
      waitForCompletion(asked, 'task-1', { signal: AbortSignal.abort(new Error('no')) }),
    );
    await microtasks(4);
    expect(waiting.error).toBeInstanceOf(AbortedError);
    await vi.advanceTimersByTimeAsync(minute);
    expect(asked.polls).toHaveLength(0);
  });

  it('does not happen when onUpdate itself aborts', async () => {
    const controller = new AbortController();
    const asked = source();
    const outcome = watched(
      waitForCompletion(asked, 'task-1', {
        signal: controller.signal,
        onUpdate: () => controller.abort(),
      }),
    );
    await vi.advanceTimersByTimeAsync(minute);
    expect(outcome.error).toBeInstanceOf(AbortedError);
    expect(asked.polls).toHaveLength(1);
  });
});

describe('a leak', () => {
  it('is not made by 3,000 polls: one listener at the signal, and in the end no listener and no timer', async () => {
    const counted = countedSignal();
    const source = answering(poll => (poll < 3_000 ? 'working' : 'completed'));
    const often: PollSchedule = { minimum: 10, interval: () => 10 };
    const waiting = waitForCompletion(source, 'task-1', { signal: counted.signal, schedule: often });
    await vi.advanceTimersByTimeAsync(minute);
    await waiting;
    expect(source.polls).toHaveLength(3_001);
    expect(counted.most).toBe(1);
    expect(counted.now).toBe(0);
    expect(vi.getTimerCount()).toBe(0);
  });

  it.each(['completed', 'failed', 'input-required', failure({ status: 403 })])(
    'is not left by a wait that ends with %s',
    async answer => {
      const counted = countedSignal();
      const waiting = waitForCompletion(scripted('working', answer), 'task-1', { signal: counted.signal });
      const settled = waiting.catch(() => {});
      await vi.advanceTimersByTimeAsync(minute);
      await settled;
      expect(counted.now).toBe(0);
      expect(vi.getTimerCount()).toBe(0);
    },
  );

  it('is not left by a wait that timed out on a hung request', async () => {
    const counted = countedSignal();
    const waiting = rejection(
      waitForCompletion(scripted(never()), 'task-1', { signal: counted.signal, timeout: second }),
    );
    await vi.advanceTimersByTimeAsync(5 * second);
    await waiting;
    expect(counted.now).toBe(0);
  });

  it('is one listener for a client too, however many requests its wait makes', async () => {
    const counted = countedSignal();
    const { fetch, requests } = rpcFetch(({ id }, index) =>
      result(id, {
        id: 'task-1',
        status: { state: index < 500 ? 'TASK_STATE_WORKING' : 'TASK_STATE_COMPLETED' },
      }),
    );
    const client = new A2AClient('http://a.test', { endpoint: 'http://a.test/', dialect: '1.0', fetch });
    const often: PollSchedule = { minimum: 10, interval: () => 10 };
    const waiting = client.waitForCompletion('task-1', { signal: counted.signal, schedule: often });
    await vi.advanceTimersByTimeAsync(minute);
    await waiting;
    expect(requests).toHaveLength(501);
    expect(counted.most).toBe(1);
    expect(counted.now).toBe(0);
  });
});

describe('a permanent hang after a failure', () => {
  it.each([
    ['UNAVAILABLE', failure({ code: 14 }, 'UNAVAILABLE')],
    ['a broken connection', new TypeError('fetch failed')],
    ['an answer that is no task', { id: 'task-1' } as never],
    ['null', null as never],
  ])('does not follow from %s: the wait goes on, and a later one starts fresh', async (_, odd) => {
    const source = scripted('working', odd, 'completed');
    const waiting = waitForCompletion(source, 'task-1');
    await vi.advanceTimersByTimeAsync(minute);
    expect((await waiting).status.state).toBe('completed');
    const again = waitForCompletion(source, 'task-1');
    await vi.advanceTimersByTimeAsync(1);
    expect((await again).status.state).toBe('completed');
  });

  it('does not follow from a wait that gave up: settled is settled, and the next one asks again', async () => {
    const source = scripted(failure({ status: 401 }));
    const first = rejection(waitForCompletion(source, 'task-1'));
    await vi.advanceTimersByTimeAsync(1);
    expect(await first).toMatchObject({ status: 401 });
    source.getTask = async () => plainTask('completed');
    const second = waitForCompletion(source, 'task-1');
    await vi.advanceTimersByTimeAsync(1);
    expect((await second).status.state).toBe('completed');
  });
});

describe('a retry storm', () => {
  const numbers = fc.oneof(
    fc.double({ min: -1e12, max: 1e12 }),
    fc.integer(),
    fc.constantFrom(Number.NaN, Infinity, -Infinity, 0.1, -0),
  );

  it('cannot come of the delay after a failure: never below the minimum, never above 5 min, always a number', () => {
    const minimums = fc.double({ min: 1, max: 300_000, noNaN: true });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 100_000 }), minimums, numbers, (failures, minimum, hint) => {
        const delay = failureDelay(failures, minimum, hint);
        expect(delay).toBeGreaterThanOrEqual(minimum);
        expect(delay).toBeLessThanOrEqual(300_000);
      }),
      { numRuns: 2_000 },
    );
  });

  it('cannot come of the delay between polls, whatever a schedule answers: never below 85 % of the minimum, finite', () => {
    const minimums = fc.double({ min: 1, max: 1e9, noNaN: true });
    fc.assert(
      fc.property(minimums, numbers, fc.nat(), fc.nat(), (minimum, interval, age, attempt) => {
        const delay = nextDelay({ minimum, interval: () => interval }, age, attempt);
        expect(delay).toBeGreaterThanOrEqual(minimum * 0.85);
        expect(Number.isFinite(delay)).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });

  it('does not come of a failing source: the polls are at least the minimum apart', async () => {
    const source = scripted(new TypeError('fetch failed'));
    const waiting = rejection(waitForCompletion(source, 'task-1', { timeout: 110 * second }));
    await vi.advanceTimersByTimeAsync(3 * minute);
    await waiting;
    const gaps = source.polls.slice(1, -1).map((poll, index) => poll - (source.polls[index] as number));
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(500);
    expect(source.polls.length).toBeLessThan(40);
  });
});

describe('a POST that is sent twice', () => {
  const failures: [string, (id: string) => Response | Error | string][] = [
    ['a connection that was cut', () => new TypeError('fetch failed', { cause: { code: 'ECONNRESET' } })],
    ['a connection that failed for no reason given', () => new TypeError('Failed to fetch')],
    ['HTTP 500', () => new Response('', { status: 500 })],
    ['HTTP 502', () => new Response('', { status: 502 })],
    ['HTTP 504', () => new Response('', { status: 504 })],
    ['HTTP 503 without Retry-After', () => new Response('', { status: 503 })],
    ['an internal error', id => rpcError(id, -32603, 'oops')],
    ['an answer that is garbage', () => '{}'],
  ];

  it.each(failures)('does not happen after %s', async (_, fail) => {
    const { fetch, requests } = rpcFetch(({ id }) => fail(id));
    const client = new A2AClient('http://a.test', { endpoint: 'http://a.test/', dialect: '1.0', fetch });
    const waiting = rejection(client.sendMessage('Transfer the money'));
    await vi.advanceTimersByTimeAsync(minute);
    expect(await waiting).toBeInstanceOf(A2AError);
    expect(requests).toHaveLength(1);
  });

  const untaken: [string, () => Response | Error][] = [
    ['a refused connection', () => new TypeError('fetch failed', { cause: { code: 'ECONNREFUSED' } })],
    ['HTTP 429', () => new Response('', { status: 429 })],
    ['HTTP 503 with Retry-After', () => new Response('', { status: 503, headers: { 'retry-after': '1' } })],
  ];

  it.each(untaken)(
    'is no repetition after %s, which took nothing; the messageId is the same',
    async (_, fail) => {
      const { fetch, requests } = rpcFetch(({ id }, index) =>
        index === 0
          ? fail()
          : result(id, { task: { id: 'task-1', status: { state: 'TASK_STATE_COMPLETED' } } }),
      );
      const client = new A2AClient('http://a.test', { endpoint: 'http://a.test/', dialect: '1.0', fetch });
      const waiting = client.sendMessage('Transfer the money');
      await vi.advanceTimersByTimeAsync(minute);
      await waiting;
      expect(requests).toHaveLength(2);
      const ids = requests.map(({ params }) => (params['message'] as { messageId: string }).messageId);
      expect(ids[0]).toMatch(/^[0-9a-f-]{36}$/);
      expect(ids[1]).toBe(ids[0]);
    },
  );

  it('never happens through callMethod, whatever the failure', async () => {
    for (const [, fail] of untaken) {
      const { fetch, requests } = rpcFetch(fail);
      const client = new A2AClient('http://a.test', { endpoint: 'http://a.test/', dialect: '1.0', fetch });
      const waiting = rejection(client.callMethod('SendMessage', {}));
      await vi.advanceTimersByTimeAsync(minute);
      await waiting;
      expect(requests).toHaveLength(1);
    }
  });
});

describe('a premature success', () => {
  it.each(['submitted', 'working', 'TASK_STATE_WORKING', 1, 2, 'unknown', 'done?', 0])(
    'is not read out of the state %o',
    async state => {
      const outcome = watched(waitForCompletion(scripted(state), 'task-1', { timeout: second }));
      await vi.advanceTimersByTimeAsync(900);
      expect(outcome.state).toBe('pending');
      await vi.advanceTimersByTimeAsync(3 * second);
      expect(outcome.error).toBeInstanceOf(WaitTimeoutError);
    },
  );

  it.each([
    undefined,
    null,
    '',
    {},
    [],
    'completed',
    { status: {} },
    { status: null },
    { state: 'completed' },
  ])('is not read out of an answer that is no task: %j', async answer => {
    const source = { getTask: async () => answer as never };
    const outcome = watched(waitForCompletion(source, 'task-1', { timeout: second }));
    await vi.advanceTimersByTimeAsync(4 * second);
    expect(outcome.error).toBeInstanceOf(WaitTimeoutError);
  });

  it('is not read out of a source that turns its abort into an answer', async () => {
    const source = {
      getTask: (_: string, options?: { signal?: AbortSignal }) =>
        new Promise<ReturnType<typeof plainTask>>(resolve => {
          options?.signal?.addEventListener('abort', () => resolve(plainTask('completed')));
        }),
    };
    const outcome = watched(waitForCompletion(source, 'task-1', { timeout: second }));
    await vi.advanceTimersByTimeAsync(5 * second);
    expect(outcome.error).toBeInstanceOf(WaitTimeoutError);
  });
});

describe('a transport error that is taken for the failure of the task', () => {
  it.each([
    failure({ status: 503 }),
    failure({ status: 500 }),
    new TypeError('fetch failed'),
    failure({ name: 'NetworkError', code: 'network' }),
    failure({ rpcCode: -32603, code: 'rpc' }),
  ])('does not happen: the wait survives %o, and reports the end of the task itself', async error => {
    const waiting = waitForCompletion(scripted(error, error, 'completed'), 'task-1');
    await vi.advanceTimersByTimeAsync(minute);
    expect((await waiting).status.state).toBe('completed');
  });

  it('does not happen when it lasts: that is TaskUnreachableError, of which the task knows nothing', async () => {
    const cut = new TypeError('fetch failed');
    const waiting = rejection(waitForCompletion(scripted('working', cut), 'task-1', { timeout: Infinity }));
    await vi.advanceTimersByTimeAsync(10 * minute);
    const error = await waiting;
    expect(error).toBeInstanceOf(TaskUnreachableError);
    expect(error).not.toBeInstanceOf(TaskStoppedError);
    expect(error).not.toBeInstanceOf(NetworkError);
    expect(error).not.toBeInstanceOf(HttpError);
    expect(error.cause).toBe(cut);
    expect(error['lastTask']).toMatchObject({ status: { state: 'working' } });
  });

  it('does not happen the other way round: a failed task is no error of the wire', async () => {
    const waiting = rejection(waitForCompletion(scripted('failed'), 'task-1'));
    await vi.advanceTimersByTimeAsync(1);
    const error = await waiting;
    expect(error).toBeInstanceOf(TaskFailedError);
    expect(error).not.toBeInstanceOf(HttpError);
  });
});

describe('double timeouts', () => {
  it('are one budget: hung requests, retries and backoff together end within the timeout and one grace', async () => {
    const begun = performance.now();
    const source = scripted(never());
    const outcome = watched(
      waitForCompletion(source, 'task-1', { timeout: 10 * second, requestTimeout: 3 * second }),
    );
    await vi.advanceTimersByTimeAsync(12 * second + 50);
    expect(outcome.error).toBeInstanceOf(WaitTimeoutError);
    expect(outcome.error).toMatchObject({ waited: expect.closeTo(performance.now() - begun, -3) });
    expect(source.polls.length).toBeGreaterThan(2);
  });

  it('are one budget for a client: its own timeout and retries do not add to the wait', async () => {
    const { fetch } = rpcFetch(() => never<Response>());
    const client = new A2AClient('http://a.test', {
      endpoint: 'http://a.test/',
      dialect: '1.0',
      fetch,
      timeout: 60 * second,
      retry: 5,
    });
    const outcome = watched(client.waitForCompletion('task-1', { timeout: 10 * second }));
    await vi.advanceTimersByTimeAsync(12 * second + 50);
    expect(outcome.error).toBeInstanceOf(WaitTimeoutError);
  });

  it('are one budget of run: finding the agent, sending and waiting together', async () => {
    // The card takes 8 s of the 10, and the message is never answered.
    const { fetch } = rpcFetch(({ verb }) =>
      verb === 'GET'
        ? new Promise<Response>(resolve => {
            const card = {
              name: 'a',
              supportedInterfaces: [{ url: '/', protocolBinding: 'JSONRPC', protocolVersion: '1.0' }],
            };
            setTimeout(() => resolve(Response.json(card)), 8 * second);
          })
        : never<Response>(),
    );
    const client = new A2AClient('http://a.test', { fetch });
    const outcome = watched(client.run('hi', { timeout: 10 * second }));
    await vi.advanceTimersByTimeAsync(12 * second + 50);
    expect(outcome.error).toBeInstanceOf(WaitTimeoutError);
    await vi.advanceTimersByTimeAsync(minute);
  });

  it('are one budget of run where the server asks to come back later than that', async () => {
    const { fetch } = rpcFetch(() => new Response('', { status: 503, headers: { 'retry-after': '30' } }));
    const client = new A2AClient('http://a.test', { endpoint: 'http://a.test/', dialect: '1.0', fetch });
    const outcome = watched(client.run('hi', { timeout: 5 * second }));
    await vi.advanceTimersByTimeAsync(7 * second + 50);
    expect(outcome.state).toBe('rejected');
    await vi.advanceTimersByTimeAsync(2 * minute);
  });

  it('are one budget where a completed task is fetched whole first', async () => {
    const { fetch } = rpcFetch(() => never<Response>());
    const client = new A2AClient('http://a.test', { endpoint: 'http://a.test/', dialect: '1.0', fetch });
    const listed = {
      kind: 'task',
      id: 'task-1',
      status: { state: 'completed' },
      artifacts: [],
      history: [],
    } as const;
    const task = { ...listed, artifacts: [], history: [], status: { state: 'completed' as const } };
    const outcome = watched(client.waitForCompletion(task, { timeout: 2 * second }));
    await vi.advanceTimersByTimeAsync(4 * second + 50);
    expect(outcome.state).not.toBe('pending');
    await vi.advanceTimersByTimeAsync(2 * minute);
  });
});

describe('many long polls that block everything', () => {
  it('do not: 300 waits of one client whose requests hang leave others free to ask, and the waits behind them a turn', async () => {
    const { fetch, requests } = rpcFetch(({ id, params }) =>
      params['id'] === 'quick'
        ? result(id, { id: 'quick', status: { state: 'completed' } })
        : never<Response>(),
    );
    const client = new A2AClient('http://a.test', { endpoint: 'http://a.test/', dialect: '1.0', fetch });
    const controller = new AbortController();
    const { signal } = controller;
    const hanging = Array.from({ length: 300 }, (_, index) =>
      client.waitForCompletion(`slow-${index}`, { signal }).catch((error: unknown) => error),
    );
    await vi.advanceTimersByTimeAsync(5);
    // No server has to bear 300 at once.
    expect(requests.filter(({ method }) => method === 'GetTask')).toHaveLength(32);
    const quick = watched(client.waitForCompletion('quick'));
    const asked = watched(client.getTask('quick'));
    await vi.advanceTimersByTimeAsync(5);
    expect(asked.state).toBe('resolved');
    // Whoever hangs is not waited for.
    await vi.advanceTimersByTimeAsync(50 * second);
    expect(quick.state).toBe('resolved');
    controller.abort();
    for (const error of await Promise.all(hanging)) expect(error).toBeInstanceOf(AbortedError);
  });
});

describe('an unhandled rejection', () => {
  const seen: unknown[] = [];
  const listener = (reason: unknown) => {
    seen.push(reason);
  };
  beforeEach(() => {
    seen.length = 0;
    process.on('unhandledRejection', listener);
  });
  afterEach(() => {
    process.off('unhandledRejection', listener);
  });
  const settled = async () => {
    vi.useRealTimers();
    await new Promise(resolve => setImmediate(resolve));
    await new Promise(resolve => setImmediate(resolve));
    vi.useFakeTimers();
    return seen;
  };

  it('does not come of a source that rejects after the wait is over', async () => {
    const source = {
      getTask: (_: string, options?: { signal?: AbortSignal }) =>
        new Promise<never>((_, reject) => {
          options?.signal?.addEventListener('abort', () => setTimeout(() => reject(new Error('late')), 100));
        }),
    };
    const controller = new AbortController();
    const aborted = rejection(waitForCompletion(source, 'task-1', { signal: controller.signal }));
    const late = rejection(waitForCompletion(source, 'task-1', { timeout: 50 }));
    await vi.advanceTimersByTimeAsync(20);
    controller.abort();
    await vi.advanceTimersByTimeAsync(10 * second);
    await Promise.all([aborted, late]);
    expect(await settled()).toEqual([]);
  });

  it('does not come of a cancel that fails, awaited or not', async () => {
    const source = { ...scripted('working'), cancel: () => Promise.reject(new Error('no')) };
    const controller = new AbortController();
    const aborted = rejection(
      waitForCompletion(source, 'task-1', { signal: controller.signal, cancelOnAbort: true }),
    );
    const late = rejection(waitForCompletion(source, 'task-1', { timeout: 50, cancelOnTimeout: true }));
    await vi.advanceTimersByTimeAsync(10);
    controller.abort();
    await vi.advanceTimersByTimeAsync(10 * second);
    expect(await aborted).toBeInstanceOf(AbortedError);
    expect(await late).toBeInstanceOf(WaitTimeoutError);
    expect(await settled()).toEqual([]);
  });

  it('does not come of an onUpdate that is async and rejects', async () => {
    const waiting = waitForCompletion(scripted('working', 'completed'), 'task-1', {
      onUpdate: async () => {
        throw new Error('listener');
      },
    });
    await vi.advanceTimersByTimeAsync(minute);
    await waiting;
    expect(await settled()).toEqual([]);
  });

  it('does not come of hooks that are async and reject', async () => {
    const { fetch } = rpcFetch(({ id }) => result(id, { id: 'task-1', status: { state: 'completed' } }));
    const fail = async () => {
      throw new Error('hook');
    };
    const client = new A2AClient('http://a.test', {
      endpoint: 'http://a.test/',
      dialect: '1.0',
      fetch,
      hooks: { onRequest: fail, onResponse: fail },
      onWarning: fail,
    });
    expect((await client.getTask('task-1')).status.state).toBe('completed');
    expect(await settled()).toEqual([]);
  });
});
