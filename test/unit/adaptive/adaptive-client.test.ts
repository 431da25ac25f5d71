import { AbortedError, AdaptiveClient, type AdaptiveEvents, type Task, WaitTimeoutError } from 'a2a-await';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { WebhookReceiver } from '../../../src/webhook/receiver.js';
import { type RpcReply, result, rpcError, rpcFetch } from '../../support/rpc-fetch.js';
import { microtasks, watched } from '../../support/settling.js';
import { expectNoUnhandledRejections } from '../../support/unhandled.js';

const second = 1_000;
const minute = 60 * second;

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  const left = vi.getTimerCount();
  vi.useRealTimers();
  expect(left).toBe(0);
});
expectNoUnhandledRejections();

const wired = (state: string) => ({ id: 't', contextId: 'c', status: { state: `TASK_STATE_${state}` } });

const token = { version: 1, taskId: 't', startedAt: 0 } as const;

/** A receiver that registers, and is never notified: a channel that is deaf. */
function deafReceiver() {
  const registration = {
    id: 'r',
    bind: async () => {},
    revoke: async () => {},
    toConfig: () => ({ id: 'hook', url: 'https://app.test/r' }),
  };
  const wait = (_target: unknown, { signal, timeout }: { signal?: AbortSignal; timeout?: number } = {}) =>
    new Promise<Task>((_resolve, reject) => {
      signal?.addEventListener('abort', () => reject(signal.reason), { once: true });
      const late = () => reject(new WaitTimeoutError('None came', { waited: 0, observed: {}, token }));
      if (timeout !== undefined && timeout !== Infinity) setTimeout(late, timeout);
    });
  return { register: async () => registration, wait } as unknown as WebhookReceiver;
}

/** An AdaptiveClient of an agent whose task stands as the script says, question by question. */
function adapting(
  states: (string | Error)[] | ((nth: number) => string | Error),
  options: ConstructorParameters<typeof AdaptiveClient>[1] = {},
) {
  const gets: number[] = [];
  const { fetch, requests } = rpcFetch(({ id, method }): RpcReply => {
    if (method === 'SendMessage') return result(id, { task: wired('SUBMITTED') });
    if (method === 'CreateTaskPushNotificationConfig')
      return result(id, { id: 'hook', url: 'https://app.test/r' });
    if (method === 'ListTaskPushNotificationConfigs') return rpcError(id, -32001, 'There is no such task.');
    if (method === 'DeleteTaskPushNotificationConfig') return result(id, {});
    if (method !== 'GetTask') return rpcError(id, -32004, 'It does not.');
    const nth = gets.push(performance.now()) - 1;
    const state = typeof states === 'function' ? states(nth) : states[Math.min(nth, states.length - 1)];
    return state instanceof Error ? state : result(id, wired(state ?? 'WORKING'));
  });
  const agent = { endpoint: 'http://agent.test/a2a', dialect: '1.0', fetch } as const;
  const adaptive = new AdaptiveClient('http://agent.test', { ...agent, ...options } as never);
  const told: { name: keyof AdaptiveEvents; event: never }[] = [];
  for (const name of ['strategy', 'update', 'retry', 'settled', 'warning'] as const) {
    adaptive.on(name, event => told.push({ name, event: event as never }));
  }
  const of = <Name extends keyof AdaptiveEvents>(name: Name) =>
    told.filter(each => each.name === name).map(({ event }) => event as AdaptiveEvents[Name]);
  const resumed = () => adaptive.resume({ version: 1, taskId: 't', startedAt: Date.now() });
  return { adaptive, requests, gets, of, resumed };
}

describe('a channel that is deaf', () => {
  it('is noticed when asking is ahead of it, and the task is polled by the schedule again', async () => {
    const begun = performance.now();
    const isOld = () => performance.now() - begun > 3 * minute;
    const { adaptive, gets, of, resumed } = adapting(() => (isOld() ? 'WORKING' : 'SUBMITTED'), {
      webhook: deafReceiver(),
      strategies: ['push', 'poll'],
    });
    const waiting = watched(resumed().wait({ timeout: Infinity }));
    const during = async (ms: number) => {
      const before = gets.length;
      await vi.advanceTimersByTimeAsync(ms);
      return gets.length - before;
    };
    await during(minute);
    expect(of('strategy').at(-1)).toMatchObject({ strategy: 'push' });
    const whileTrusted = await during(2 * minute);
    // Then it goes on, which only asking tells.
    await during(2 * minute);
    expect(of('strategy').at(-1)).toMatchObject({ strategy: 'poll' });
    expect(whileTrusted).toBeLessThanOrEqual(4);
    expect(await during(2 * minute)).toBeGreaterThanOrEqual(6);
    expect(waiting.state).toBe('pending');
    await adaptive.close();
  });

  it('loses no end, and that it was not notified is a warning', async () => {
    const { adaptive, of, resumed } = adapting(nth => (nth < 4 ? 'WORKING' : 'COMPLETED'), {
      webhook: deafReceiver(),
      strategies: ['push'],
    });
    const waiting = watched(resumed().wait({ timeout: Infinity }));
    await vi.advanceTimersByTimeAsync(10 * minute);
    expect(waiting.value?.status.state).toBe('completed');
    expect(of('warning')).toMatchObject([{ code: 'push-lost', taskId: 't' }]);
    await adaptive.close();
  });
});

describe('a listener that throws', () => {
  it('is a warning, and the others and the wait do not notice', async () => {
    const { adaptive, of, resumed } = adapting(['WORKING', 'COMPLETED'], { strategies: ['poll'] });
    const thrown = new Error('listener');
    for (const name of ['strategy', 'update', 'settled'] as const) {
      adaptive.on(name, () => {
        throw thrown;
      });
    }
    adaptive.on('update', async () => {
      throw thrown;
    });
    const later = vi.fn();
    adaptive.on('update', later);
    const onUpdate = () => {
      throw thrown;
    };
    const waiting = watched(resumed().wait({ onUpdate }));
    await vi.advanceTimersByTimeAsync(minute);
    expect(waiting.value?.status.state).toBe('completed');
    expect(later).toHaveBeenCalledTimes(2);
    expect(of('settled')).toHaveLength(1);
    const warnings = of('warning');
    expect(new Set(warnings.map(({ code, cause }) => [code, cause].join()))).toEqual(
      new Set([`listener-failed,${thrown}`]),
    );
    // Once for each strategy and end, twice for each of two updates, and once for each onUpdate.
    expect(warnings).toHaveLength(1 + 1 + 4 + 2);
    await adaptive.close();
  });

  it('of warnings makes no further warning', async () => {
    const { adaptive, resumed } = adapting(['COMPLETED'], { strategies: ['poll'] });
    const onWarning = vi.fn(() => {
      throw new Error('again');
    });
    adaptive.on('warning', onWarning);
    adaptive.on('settled', onWarning);
    const waiting = watched(resumed().wait());
    await vi.advanceTimersByTimeAsync(second);
    expect(waiting.state).toBe('resolved');
    expect(onWarning).toHaveBeenCalledTimes(2);
    await adaptive.close();
  });
});

describe('a task that ended, and then ends otherwise', () => {
  it('stays as it was, and that is a warning', async () => {
    const { adaptive, of, resumed } = adapting(['COMPLETED', 'FAILED'], { strategies: ['poll'] });
    const handle = resumed();
    const waiting = watched(handle.wait());
    await vi.advanceTimersByTimeAsync(second);
    const again = watched(handle.refresh());
    await vi.advanceTimersByTimeAsync(second);
    expect(waiting.value?.status.state).toBe('completed');
    expect(again.value).toBe(waiting.value);
    expect(handle.snapshot).toBe(waiting.value);
    expect(of('warning')).toMatchObject([{ code: 'second-end', message: 'It was completed, then failed.' }]);
    expect(of('settled')).toHaveLength(1);
    await adaptive.close();
  });
});

describe('resume', () => {
  it.each([
    ['another origin', { ...token, endpoint: 'http://evil.test/a2a' }],
    ['another port', { ...token, endpoint: 'http://agent.test:8080/a2a' }],
    ['another scheme', { ...token, endpoint: 'https://agent.test/a2a' }],
    ['what is no url', { ...token, endpoint: 'a2a' }],
    ['another version', { ...token, version: 2 }],
    ['no task', { ...token, taskId: '' }],
    ['a beginning that is none', { ...token, startedAt: 'yesterday' }],
    ['nothing', undefined],
  ])('refuses a token of %s with a TypeError, before any request', (_, wrong) => {
    const { adaptive, requests } = adapting(['WORKING']);
    expect(() => adaptive.resume(wrong as never)).toThrow(TypeError);
    expect(requests).toHaveLength(0);
  });

  it('takes a token of another path of the same origin, and one without an endpoint', () => {
    const { adaptive } = adapting(['WORKING']);
    expect(adaptive.resume({ ...token, endpoint: 'http://agent.test/v2' }).id).toBe('t');
    expect(adaptive.resume(token).serialize().endpoint).toBe('http://agent.test/a2a');
  });

  it('asks at once, and then as often as a task of that age needs', async () => {
    const { adaptive, gets } = adapting(['WORKING'], { strategies: ['poll'] });
    const begun = performance.now();
    const waiting = watched(adaptive.resume({ ...token, startedAt: Date.now() - 60 * minute }).wait());
    await vi.advanceTimersByTimeAsync(4 * minute);
    expect((gets[0] as number) - begun).toBeLessThan(50);
    expect(gets.length).toBeLessThanOrEqual(5);
    await adaptive.close();
    await microtasks();
    expect(waiting.state).toBe('rejected');
  });
});

describe('close', () => {
  it('ends every wait and iterator, and leaves no timer', async () => {
    const { adaptive, resumed } = adapting(['WORKING'], { strategies: ['poll'] });
    const handle = resumed();
    const waiting = watched(handle.wait());
    const next = watched(
      (async () => {
        for await (const _ of handle);
      })(),
    );
    await vi.advanceTimersByTimeAsync(10 * second);
    await adaptive.close();
    await microtasks();
    for (const { error } of [waiting, next]) {
      expect(error).toBeInstanceOf(AbortedError);
      expect(error).toMatchObject({ cause: { code: 'closed' } });
    }
    expect(vi.getTimerCount()).toBe(0);
  });
});

it('a failure to ask is told, and repeated', async () => {
  const lost = new TypeError('fetch failed');
  const { adaptive, of, resumed } = adapting([lost, lost, 'COMPLETED'], { strategies: ['poll'] });
  const waiting = watched(resumed().wait());
  await vi.advanceTimersByTimeAsync(minute);
  expect(waiting.value?.status.state).toBe('completed');
  expect(of('retry')).toMatchObject([{ taskId: 't' }, { taskId: 't' }]);
  await adaptive.close();
});

it.each([
  ['a word', 'push', `"strategies" must be a list, not 'push'.`],
  ['another word in it', ['push', 'pull'], `"strategies[]" must be one of push, stream, poll, not 'pull'.`],
  ['nothing in it', [undefined], '"strategies[]" must be one of push, stream, poll, not undefined.'],
  ['a symbol in it', [Symbol('push')], '"strategies[]" must be one of push, stream, poll, not Symbol(push).'],
])(
  'strategies that cannot be right are a TypeError that says what was wrong: %s',
  (_, strategies, message) => {
    const make = () => new AdaptiveClient('http://agent.test', { strategies } as never);
    expect(make).toThrow(new TypeError(message));
  },
);
