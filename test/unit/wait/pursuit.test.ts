import {
  A2AError,
  AbortedError,
  HttpError,
  type PollSchedule,
  RequestTimeoutError,
  type Task,
  TaskFailedError,
  TaskInterruptedError,
  TaskUnreachableError,
  WaitTimeoutError,
} from 'a2a-await';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { became, brief, goesOn, made, taskIn } from '../../support/events.js';
import { hunting } from '../../support/hunt.js';
import { countedSignal } from '../../support/listeners.js';
import { microtasks, rejection, watched } from '../../support/settling.js';
import { failure, never } from '../../support/source.js';
import { expectNoUnhandledRejections } from '../../support/unhandled.js';
import { seededRandom } from '../../support/virtual-clock.js';

const second = 1_000;
const minute = 60 * second;

const forEver = { timeout: Infinity };
const later = (ms: number, state: Task['status']['state'] = 'working') =>
  new Promise<Task>(resolve => setTimeout(() => resolve(taskIn(state)), ms));

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  const left = vi.getTimerCount();
  vi.useRealTimers();
  vi.restoreAllMocks();
  expect(left).toBe(0);
});
expectNoUnhandledRejections();

describe('many who wait for one task', () => {
  it('cost one request each time, and all get the same task', async () => {
    const { pursue, requests } = hunting(nth => later(100, nth < 3 ? 'working' : 'completed'));
    const pursuit = pursue();
    const waiting = Array.from({ length: 100 }, () => pursuit.wait(forEver));
    await vi.advanceTimersByTimeAsync(minute);
    expect(new Set(await Promise.all(waiting))).toEqual(new Set([pursuit.task]));
    expect(requests).toHaveLength(4);
  });

  it('cost no more than one does where every request fails', async () => {
    const count = async (waiters: number) => {
      const { pursue, requests, hunt } = hunting([failure({ status: 503 })]);
      const pursuit = pursue();
      for (let nth = 0; nth < waiters; nth += 1) watched(pursuit.wait(forEver));
      await vi.advanceTimersByTimeAsync(110 * second);
      hunt.open.close(new A2AError('closed', { code: 'closed' }));
      return requests.length;
    };
    vi.spyOn(Math, 'random').mockImplementation(seededRandom(1));
    const alone = await count(1);
    expect(alone).toBeGreaterThan(4);
    expect(await count(50)).toBeLessThan(2 * alone);
  });

  it('are not disturbed by one who leaves, even while they ask together', async () => {
    const { pursue, requests, signals } = hunting([later(second, 'completed')]);
    const pursuit = pursue();
    const controller = new AbortController();
    const leaver = watched(pursuit.wait({ ...forEver, signal: controller.signal }));
    const stayer = watched(pursuit.wait(forEver));
    await vi.advanceTimersByTimeAsync(500);
    controller.abort();
    await microtasks();
    expect(leaver.error).toBeInstanceOf(AbortedError);
    expect(signals[0]?.aborted).toBe(false);
    await vi.advanceTimersByTimeAsync(501);
    expect(stayer.value?.status.state).toBe('completed');
    expect(requests).toHaveLength(1);
  });

  it('are free of a request that hangs when its time is up, though none of them came when it began', async () => {
    const { pursue, requests, failures } = hunting([never(), 'completed']);
    const pursuit = pursue();
    const outcomes = [];
    for (let nth = 0; nth < 4; nth += 1) {
      outcomes.push(watched(pursuit.wait({ ...forEver, requestTimeout: 10 * second })));
      await vi.advanceTimersByTimeAsync(3 * second);
    }
    await vi.advanceTimersByTimeAsync(3 * second);
    expect(failures).toMatchObject([{ name: 'RequestTimeoutError', timeout: 10 * second }]);
    expect(failures[0]).toBeInstanceOf(RequestTimeoutError);
    await vi.advanceTimersByTimeAsync(10 * second);
    expect(outcomes.map(({ state }) => state)).toEqual(Array(4).fill('resolved'));
    expect(requests).toHaveLength(2);
  });

  it('each keep their own deadline', async () => {
    const { pursue } = hunting(['working']);
    const pursuit = pursue();
    const [short, long] = [
      watched(pursuit.wait({ timeout: second })),
      watched(pursuit.wait({ timeout: minute })),
    ];
    await vi.advanceTimersByTimeAsync(1_100);
    expect(short.error).toBeInstanceOf(WaitTimeoutError);
    expect(long.state).toBe('pending');
    await vi.advanceTimersByTimeAsync(minute);
    expect(long.error).toBeInstanceOf(WaitTimeoutError);
  });

  it('each decide for themselves what a failed task is', async () => {
    const { pursue, requests } = hunting(['failed']);
    const pursuit = pursue();
    const [strict, lenient] = [watched(pursuit.wait({})), watched(pursuit.wait({ throwOnFailure: false }))];
    await vi.advanceTimersByTimeAsync(10);
    expect(strict.error).toBeInstanceOf(TaskFailedError);
    expect(lenient.value?.status.state).toBe('failed');
    expect(requests).toHaveLength(1);
  });

  it('have something that brings news while any of them is there, once', async () => {
    const { pursue, channels } = hunting(['working']);
    const pursuit = pursue();
    const controllers = [new AbortController(), new AbortController()];
    for (const { signal } of controllers) watched(pursuit.wait({ ...forEver, signal }));
    await vi.advanceTimersByTimeAsync(second);
    controllers[0]?.abort();
    await microtasks();
    expect(channels.map(({ aborted }) => aborted)).toEqual([false]);
    controllers[1]?.abort();
    await microtasks();
    expect(channels.map(({ aborted }) => aborted)).toEqual([true]);
    watched(pursuit.wait({ timeout: 1 }));
    await vi.advanceTimersByTimeAsync(10 * second);
    expect(channels.map(({ aborted }) => aborted)).toEqual([true, true]);
  });
});

describe('an abort', () => {
  it.each([
    ['before the first request', 0, never()],
    ['while a request is under way that ignores it', 10, never()],
    ['between two requests', second, 'working' as const],
    ['in a backoff', second, failure({ status: 503, retryAfter: minute })],
  ])(
    '%s settles in the same turn, and leaves no timer, no listener and no later request',
    async (_, at, given) => {
      const { pursue, requests, failures, channels } = hunting([given]);
      const counted = countedSignal();
      const outcome = watched(pursue().wait({ ...forEver, signal: counted.signal }));
      if (at > 0) await vi.advanceTimersByTimeAsync(at);
      const before = [requests.length, failures.length];
      counted.controller.abort();
      await microtasks(12);
      expect(outcome.error).toBeInstanceOf(AbortedError);
      expect(vi.getTimerCount()).toBe(0);
      expect(channels.every(({ aborted }) => aborted)).toBe(true);
      await vi.advanceTimersByTimeAsync(10 * minute);
      expect([requests.length, failures.length]).toEqual(before);
    },
  );

  it('tells the request that nobody wants its answer any more', async () => {
    const { pursue, signals } = hunting([never()]);
    const controller = new AbortController();
    watched(pursue().wait({ ...forEver, signal: controller.signal }));
    await vi.advanceTimersByTimeAsync(10);
    controller.abort();
    await microtasks();
    expect(signals.map(({ aborted }) => aborted)).toEqual([true]);
  });

  it('is none to who asks in the same turn: the request goes on for them', async () => {
    const { pursue, requests, signals } = hunting([later(second, 'completed')]);
    const pursuit = pursue();
    const controller = new AbortController();
    watched(pursuit.wait({ ...forEver, signal: controller.signal }));
    await vi.advanceTimersByTimeAsync(10);
    controller.abort();
    const asked = watched(pursuit.ask());
    await vi.advanceTimersByTimeAsync(second);
    expect(asked.value?.status.state).toBe('completed');
    expect(requests).toHaveLength(1);
    expect(signals[0]?.aborted).toBe(false);
  });

  it('is none to who asks a moment later: that is another request', async () => {
    const { pursue, requests, signals } = hunting([never(), 'completed']);
    const pursuit = pursue();
    const controller = new AbortController();
    watched(pursuit.wait({ ...forEver, signal: controller.signal }));
    await vi.advanceTimersByTimeAsync(10);
    controller.abort();
    await microtasks();
    const asked = watched(pursuit.ask());
    await vi.advanceTimersByTimeAsync(10);
    expect(asked.value?.status.state).toBe('completed');
    expect(requests).toHaveLength(2);
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, false]);
  });

  it('is no failure that a later wait hears of', async () => {
    const { pursue, failures } = hunting([never(), 'completed']);
    const pursuit = pursue();
    const controller = new AbortController();
    watched(pursuit.wait({ ...forEver, signal: controller.signal }));
    await vi.advanceTimersByTimeAsync(10);
    controller.abort();
    const later = watched(pursuit.wait(forEver));
    await vi.advanceTimersByTimeAsync(second);
    expect(later.value?.status.state).toBe('completed');
    expect(failures).toEqual([]);
  });

  it('that came before the wait costs no request', async () => {
    const { pursue, requests } = hunting(['working']);
    const outcome = watched(pursue().wait({ signal: AbortSignal.abort() }));
    await vi.advanceTimersByTimeAsync(minute);
    expect(outcome.error).toBeInstanceOf(AbortedError);
    expect(requests).toHaveLength(0);
  });
});

describe('a request that takes too long', () => {
  it('is one failure, and the next waits for the backoff', async () => {
    vi.spyOn(Math, 'random').mockReturnValue(0.999);
    const { pursue, requests } = hunting([never(), never(), 'completed']);
    const begun = performance.now();
    const waiting = pursue().wait({ ...forEver, requestTimeout: 2 * second });
    await vi.advanceTimersByTimeAsync(minute);
    await waiting;
    // The first at once; then two seconds of patience each, and a backoff of one second and of two.
    expect(requests.map(at => Math.round((at - begun) / 100) / 10)).toEqual([0, 3, 7]);
  });

  it('is given its whole time, however long the pause before it was', async () => {
    const slow: PollSchedule = { minimum: 5 * second, interval: () => 5 * second };
    const { pursue, requests } = hunting(nth => later(second, nth === 0 ? 'working' : 'completed'));
    const pursuit = pursue();
    const first = watched(pursuit.wait({ ...forEver, schedule: slow, requestTimeout: 1_500 }));
    await vi.advanceTimersByTimeAsync(1_100);
    pursuit.wake();
    await vi.advanceTimersByTimeAsync(6 * second);
    expect(first.state).toBe('resolved');
    expect(requests).toHaveLength(2);
  });

  it('is none to a check of the options: a wrong one is a TypeError that names it', async () => {
    const { pursue, requests } = hunting(['working']);
    await expect(pursue().wait({ requestTimeout: -1 })).rejects.toThrow(/requestTimeout/);
    await expect(pursue().wait({ timeout: Number.NaN })).rejects.toThrow(/timeout/);
    expect(requests).toHaveLength(0);
  });
});

describe('news from elsewhere', () => {
  it('ends a wait at once, without a request', async () => {
    const { pursue, requests } = hunting(['working']);
    const pursuit = pursue();
    const outcome = watched(pursuit.wait(forEver));
    await vi.advanceTimersByTimeAsync(100);
    const asked = requests.length;
    pursuit.take(taskIn('completed'));
    await microtasks();
    expect(outcome.value?.status.state).toBe('completed');
    expect(requests).toHaveLength(asked);
  });

  it.each(['completed', 'input-required'] as const)(
    'ends a wait at once, though a request hangs that nobody needs any more: %s',
    async state => {
      const { pursue, signals } = hunting([never()]);
      const pursuit = pursue();
      const outcome = watched(pursuit.wait(forEver));
      await vi.advanceTimersByTimeAsync(100);
      pursuit.take(taskIn(state));
      await microtasks();
      expect(outcome.state).toBe(state === 'completed' ? 'resolved' : 'rejected');
      expect(signals.map(({ aborted }) => aborted)).toEqual([true]);
    },
  );

  it('is not undone by the answer to a question that was asked before it', async () => {
    const { pursue, news } = hunting([later(second), 'completed']);
    const pursuit = pursue();
    const onUpdate = vi.fn();
    const waiting = pursuit.wait({ ...forEver, onUpdate, onInterrupted: () => undefined });
    await vi.advanceTimersByTimeAsync(500);
    pursuit.take(taskIn('auth-required'), became('auth-required'));
    await vi.advanceTimersByTimeAsync(minute);
    await waiting;
    const states = ['auth-required', 'completed'];
    expect(news.map(event => 'status' in event && event.status.state)).toEqual(states);
    expect(onUpdate.mock.calls.map(([task]) => task.status.state)).toEqual(states);
  });

  it('of an artifact is not undone by the answer to a question that was asked before it', async () => {
    const { pursue, news } = hunting(nth => (nth === 0 ? later(second) : 'completed'));
    const pursuit = pursue(taskIn('working', { artifacts: [made('a', 'Chapter 1')] }));
    const waiting = pursuit.wait(forEver);
    await vi.advanceTimersByTimeAsync(1_000);
    pursuit.tell(goesOn('a', ', 2'));
    await vi.advanceTimersByTimeAsync(minute);
    await waiting;
    expect(brief(news)).toEqual(['more: , 2', 'task: completed']);
  });

  it('makes questions seldom while it comes, and they are asked by the schedule again when it does not', async () => {
    const { pursue, requests, hunt } = hunting(['working']);
    const pursuit = pursue();
    watched(pursuit.wait(forEver));
    await vi.advanceTimersByTimeAsync(10);
    const during = async (ms: number) => {
      const before = requests.length;
      await vi.advanceTimersByTimeAsync(ms);
      return requests.length - before;
    };
    pursuit.live = 'push';
    pursuit.wake();
    expect(await during(minute)).toBeLessThanOrEqual(8);
    // Deaf: nothing comes, and nobody says so.
    expect(await during(10 * minute)).toBeLessThanOrEqual(8);
    pursuit.live = undefined;
    pursuit.wake();
    expect(await during(10 * minute)).toBeGreaterThanOrEqual(20);
    hunt.open.close(new A2AError('closed', { code: 'closed' }));
  });

  it('that wakes a thousand times a second makes no more questions than the minimum allows', async () => {
    const { pursue, requests, hunt } = hunting(['working']);
    const pursuit = pursue();
    watched(pursuit.wait(forEver));
    for (let nth = 0; nth < 2_000; nth += 1) {
      pursuit.wake();
      await vi.advanceTimersByTimeAsync(1);
    }
    expect(requests.length).toBeLessThanOrEqual(5);
    hunt.open.close(new A2AError('closed', { code: 'closed' }));
  });
});

describe('a deadline', () => {
  it('has its last question though the schedule would not ask for long', async () => {
    const slow: PollSchedule = { minimum: 30 * second, interval: () => 30 * second };
    const { pursue, requests } = hunting(['working', 'completed']);
    const outcome = watched(pursue().wait({ timeout: 10 * second, schedule: slow }));
    await vi.advanceTimersByTimeAsync(10 * second + 50);
    expect(outcome.value?.status.state).toBe('completed');
    expect(requests).toHaveLength(2);
  });

  it('that cancels is known to all: the task is canceled', async () => {
    const { pursue, news } = hunting(['working']);
    const pursuit = pursue();
    const outcome = watched(pursuit.wait({ timeout: second, cancelOnTimeout: true }));
    await vi.advanceTimersByTimeAsync(2 * second);
    expect(outcome.error).toBeInstanceOf(WaitTimeoutError);
    expect(pursuit.task?.status.state).toBe('canceled');
    expect(news.at(-1)).toMatchObject({ status: { state: 'canceled' } });
  });
});

describe('an answer to what the agent asks', () => {
  it('that ends the task is known to all who wait', async () => {
    const { pursue, sent } = hunting(['input-required'], { sendMessage: async () => taskIn('completed') });
    const pursuit = pursue();
    const others = watched(pursuit.wait({ ...forEver, onInterrupted: () => undefined }));
    const answering = watched(pursuit.wait({ ...forEver, onInterrupted: () => 'Berlin' }));
    await vi.advanceTimersByTimeAsync(100);
    expect(answering.value?.status.state).toBe('completed');
    expect(pursuit.task).toBe(answering.value);
    expect(others.value).toBe(answering.value);
    expect(sent).toHaveLength(1);
  });

  it('that opens another task says nothing about this one', async () => {
    const { pursue } = hunting(['input-required', 'completed'], {
      sendMessage: async () => taskIn('failed', { id: 'other' }),
    });
    const pursuit = pursue();
    const outcome = watched(pursuit.wait({ ...forEver, onInterrupted: () => 'Berlin' }));
    await vi.advanceTimersByTimeAsync(minute);
    expect(outcome.value?.status.state).toBe('completed');
  });
});

describe('a wait after a wait', () => {
  it('has the end at once, without a request', async () => {
    const { pursue, requests, channels } = hunting(['completed']);
    const pursuit = pursue();
    const first = pursuit.wait(forEver);
    await vi.advanceTimersByTimeAsync(10);
    const again = pursuit.wait(forEver);
    await microtasks();
    expect(await again).toBe(await first);
    expect(requests).toHaveLength(1);
    expect(channels).toHaveLength(1);
  });

  it('goes on where it was: the send has just answered, so there is time', async () => {
    const { pursue, requests } = hunting(['completed']);
    const waiting = watched(pursue(taskIn('working')).wait(forEver));
    await vi.advanceTimersByTimeAsync(400);
    expect(requests).toHaveLength(0);
    await vi.advanceTimersByTimeAsync(300);
    expect(waiting.state).toBe('resolved');
  });

  it('asks at once where nobody has asked for long', async () => {
    const { pursue, requests } = hunting(['completed']);
    const pursuit = pursue(taskIn('working'));
    await vi.advanceTimersByTimeAsync(10 * minute);
    const waiting = watched(pursuit.wait(forEver));
    await vi.advanceTimersByTimeAsync(10);
    expect(waiting.state).toBe('resolved');
    expect(requests).toHaveLength(1);
  });

  it('asks whether the agent still waits for what may have been given to it elsewhere', async () => {
    const { pursue } = hunting(['auth-required', 'completed']);
    const pursuit = pursue();
    const first = rejection(pursuit.wait(forEver));
    await vi.advanceTimersByTimeAsync(10);
    expect(await first).toBeInstanceOf(TaskInterruptedError);
    await vi.advanceTimersByTimeAsync(5 * second);
    const again = watched(pursuit.wait(forEver));
    await vi.advanceTimersByTimeAsync(second);
    expect(again.value?.status.state).toBe('completed');
  });

  it('starts afresh after one that gave the server up', async () => {
    const broken = failure({ status: 503 });
    const { pursue } = hunting(nth =>
      performance.now() - begun < 4 * minute && nth >= 0 ? broken : 'completed',
    );
    const begun = performance.now();
    const pursuit = pursue();
    const first = rejection(pursuit.wait(forEver));
    await vi.advanceTimersByTimeAsync(4 * minute);
    expect(await first).toBeInstanceOf(TaskUnreachableError);
    const again = watched(pursuit.wait(forEver));
    await vi.advanceTimersByTimeAsync(minute);
    expect(again.value?.status.state).toBe('completed');
  });

  it('is not blamed for a failure of the one before', async () => {
    const denied = new HttpError('no', 403);
    const { pursue } = hunting([denied, 'completed']);
    const pursuit = pursue();
    const first = rejection(pursuit.wait(forEver));
    await vi.advanceTimersByTimeAsync(10);
    expect(await first).toBe(denied);
    const again = watched(pursuit.wait(forEver));
    await vi.advanceTimersByTimeAsync(minute);
    expect(again.value?.status.state).toBe('completed');
  });
});

describe('an owner that closes', () => {
  it('ends every wait at once, and leaves nothing', async () => {
    const { pursue, hunt } = hunting([never()]);
    const pursuit = pursue();
    const outcomes = [pursuit.wait(forEver), pursuit.wait(forEver), pursuit.ask()].map(watched);
    await vi.advanceTimersByTimeAsync(10);
    const closed = new A2AError('closed', { code: 'closed' });
    hunt.open.close(closed);
    await microtasks();
    expect(outcomes.map(({ state }) => state)).toEqual(['rejected', 'rejected', 'rejected']);
    expect(vi.getTimerCount()).toBe(0);
  });
});

it('an onUpdate that throws changes nothing, and is reported', async () => {
  const { pursue, listenerErrors } = hunting(['submitted', 'working', 'completed']);
  const thrown = new Error('listener');
  const onUpdate = vi.fn(() => {
    throw thrown;
  });
  const outcome = watched(pursue().wait({ ...forEver, onUpdate }));
  await vi.advanceTimersByTimeAsync(minute);
  expect(outcome.value?.status.state).toBe('completed');
  expect(onUpdate).toHaveBeenCalledTimes(3);
  expect(listenerErrors).toEqual([thrown, thrown, thrown]);
});
