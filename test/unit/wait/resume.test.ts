import { A2AClient, WaitTimeoutError, waitForCompletion } from 'a2a-await';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { rejection, watched } from '../../support/settling.js';
import { answering, never, plainTask, scripted } from '../../support/source.js';

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

async function gapsOf(options: { startedAt?: number | Date; timeout?: number }, span: number) {
  const source = scripted('working');
  const controller = new AbortController();
  const waiting = rejection(
    waitForCompletion(source, 'task-1', { timeout: Infinity, ...options, signal: controller.signal }),
  );
  const begun = performance.now();
  await vi.advanceTimersByTimeAsync(span);
  controller.abort();
  await waiting;
  return {
    first: source.polls[0]! - begun,
    gaps: source.polls.slice(1).map((poll, at) => poll - source.polls[at]!),
  };
}

describe('the time since a task began', () => {
  it('makes no difference to the first poll, which comes at once', async () => {
    expect((await gapsOf({}, second)).first).toBeLessThan(5);
    expect((await gapsOf({ startedAt: Date.now() - hour }, second)).first).toBeLessThan(5);
  });

  it('spaces the polls: a task of an hour is asked about each minute, as if the wait had never stopped', async () => {
    const { gaps } = await gapsOf({ startedAt: Date.now() - hour }, 20 * minute);
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(60 * second * 0.85);
    expect(Math.max(...gaps)).toBeLessThanOrEqual(60 * second * 1.15 + 1);
  });

  it('may be a Date', async () => {
    const { gaps } = await gapsOf({ startedAt: new Date(Date.now() - hour) }, 5 * minute);
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(60 * second * 0.85);
  });

  it('is none for a date in the future', async () => {
    const { gaps } = await gapsOf({ startedAt: Date.now() + day }, 3 * second);
    expect(gaps.length).toBeGreaterThanOrEqual(4);
  });

  it('does not shorten the timeout, which is about this wait', async () => {
    const outcome = watched(
      waitForCompletion(scripted('working'), 'task-1', { startedAt: Date.now() - day, timeout: minute }),
    );
    await vi.advanceTimersByTimeAsync(minute - 1);
    expect(outcome.state).toBe('pending');
    await vi.advanceTimersByTimeAsync(2 * second + 50);
    expect(outcome.error).toBeInstanceOf(WaitTimeoutError);
  });

  it('is in the token of a wait that timed out, also over many waits', async () => {
    const began = Date.now();
    let startedAt: number | undefined;
    for (let round = 0; round < 3; round += 1) {
      const waiting = rejection(
        waitForCompletion(scripted('working'), 'task-1', {
          timeout: minute,
          ...(startedAt === undefined ? {} : { startedAt }),
        }),
      );
      await vi.advanceTimersByTimeAsync(2 * minute);
      startedAt = ((await waiting)['token'] as { startedAt: number }).startedAt;
      expect(startedAt).toBe(began);
    }
  });
});

describe('the timeout', () => {
  it('of 0 is one question, and an answer that may take 2 s', async () => {
    const source = scripted('completed');
    const done = waitForCompletion(source, 'task-1', { timeout: 0 });
    await vi.advanceTimersByTimeAsync(5);
    expect((await done).status.state).toBe('completed');

    const working = scripted('working');
    const late = rejection(waitForCompletion(working, 'task-1', { timeout: 0 }));
    await vi.advanceTimersByTimeAsync(5);
    expect(await late).toBeInstanceOf(WaitTimeoutError);
    expect(working.polls).toHaveLength(1);

    const hanging = watched(waitForCompletion(scripted(never()), 'task-1', { timeout: 0 }));
    await vi.advanceTimersByTimeAsync(2_050);
    expect(hanging.error).toBeInstanceOf(WaitTimeoutError);
  });

  it('of Infinity never ends the wait', async () => {
    const source = answering(() => (performance.now() > hung ? 'completed' : 'working'));
    const hung = performance.now() + 60 * day;
    const outcome = watched(waitForCompletion(source, 'task-1', { timeout: Infinity, schedule: 'gentle' }));
    await vi.advanceTimersByTimeAsync(59 * day);
    expect(outcome.state).toBe('pending');
    await vi.advanceTimersByTimeAsync(2 * day);
    expect(outcome.state).toBe('resolved');
  });

  it('is 5 minutes by default', async () => {
    const outcome = watched(waitForCompletion(scripted('working'), 'task-1'));
    await vi.advanceTimersByTimeAsync(5 * minute - 1);
    expect(outcome.state).toBe('pending');
    await vi.advanceTimersByTimeAsync(2 * second);
    expect(outcome.error).toBeInstanceOf(WaitTimeoutError);
  });

  it.each([
    ['a day ahead', day],
    ['a day back', -day],
  ])('does not run out because the clock of the machine jumps %s', async (_, jump) => {
    const source = scripted('working');
    const outcome = watched(waitForCompletion(source, 'task-1', { timeout: 10 * minute }));
    await vi.advanceTimersByTimeAsync(minute);
    const polls = source.polls.length;
    vi.setSystemTime(Date.now() + jump);
    await vi.advanceTimersByTimeAsync(minute);
    expect(outcome.state).toBe('pending');
    // Neither a burst nor a pause: about every 15 s.
    expect(source.polls.length - polls).toBeGreaterThanOrEqual(3);
    expect(source.polls.length - polls).toBeLessThanOrEqual(6);
    await vi.advanceTimersByTimeAsync(7 * minute);
    expect(outcome.state).toBe('pending');
    source.getTask = async () => plainTask('completed');
    await vi.advanceTimersByTimeAsync(20 * second);
    expect(outcome.state).toBe('resolved');
  });

  it('is judged after a poll where the machine slept past it', async () => {
    const source = scripted('working', 'completed');
    const outcome = watched(
      waitForCompletion(source, 'task-1', {
        timeout: minute,
        schedule: { minimum: 1_000, interval: () => 30_000 },
      }),
    );
    await vi.advanceTimersByTimeAsync(5 * second);
    // Eight hours pass while no timer runs.
    const asleep = performance.now() + 8 * hour;
    vi.spyOn(performance, 'now').mockReturnValue(asleep);
    vi.setSystemTime(Date.now() + 8 * hour);
    await vi.advanceTimersByTimeAsync(40 * second);
    expect(outcome.value?.status.state).toBe('completed');
    expect(source.polls).toHaveLength(2);
  });

  it('gives a server that was not asked for a while its 2 minutes anew', async () => {
    let slept = 0;
    const real = performance.now.bind(performance);
    vi.spyOn(performance, 'now').mockImplementation(() => real() + slept);
    const source = answering(poll =>
      poll < 4 ? 'working' : Object.assign(new Error('down'), { status: 503 }),
    );
    const outcome = watched(waitForCompletion(source, 'task-1', { timeout: Infinity }));
    await vi.advanceTimersByTimeAsync(3 * second);
    // The network comes back later than the machine does.
    slept = 8 * hour;
    vi.setSystemTime(Date.now() + 8 * hour);
    await vi.advanceTimersByTimeAsync(90 * second);
    expect(source.polls.length).toBeGreaterThan(8);
    expect(outcome.state).toBe('pending');
    source.getTask = async () => plainTask('completed');
    await vi.advanceTimersByTimeAsync(minute);
    expect(outcome.state).toBe('resolved');
  });
});

describe('cancelOnTimeout', () => {
  const options = { timeout: 5 * second, cancelOnTimeout: true };

  it('asks the agent to stop, once, and only when the time is up', async () => {
    const cancel = vi.fn(async () => plainTask('canceled'));
    const outcome = watched(waitForCompletion({ ...scripted('working'), cancel }, 'task-1', options));
    await vi.advanceTimersByTimeAsync(5 * second - 1);
    expect(cancel).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(50);
    expect(cancel).toHaveBeenCalledTimes(1);
    expect(cancel).toHaveBeenCalledWith('task-1', { signal: expect.any(AbortSignal) });
    expect(outcome.error).toBeInstanceOf(WaitTimeoutError);
    expect(outcome.error).toMatchObject({ lastTask: { status: { state: 'canceled' } } });
  });

  it('waits at most 2 s for the answer', async () => {
    const outcome = watched(
      waitForCompletion({ ...scripted('working'), cancel: () => never() }, 'task-1', options),
    );
    await vi.advanceTimersByTimeAsync(7 * second - 50);
    expect(outcome.state).toBe('pending');
    await vi.advanceTimersByTimeAsync(100);
    expect(outcome.error).toBeInstanceOf(WaitTimeoutError);
    expect(vi.getTimerCount()).toBe(0);
  });

  it.each([
    ['rejects', () => Promise.reject(new Error('no'))],
    [
      'throws',
      () => {
        throw new Error('no');
      },
    ],
    ['gives nothing', async () => undefined],
  ])('changes nothing where it %s', async (_, cancel) => {
    const outcome = watched(waitForCompletion({ ...scripted('working'), cancel }, 'task-1', options));
    await vi.advanceTimersByTimeAsync(8 * second);
    expect(outcome.error).toBeInstanceOf(WaitTimeoutError);
  });

  it('resolves where the task turns out to have been faster', async () => {
    const source = { ...scripted('working'), cancel: async () => plainTask('completed') };
    const waiting = waitForCompletion(source, 'task-1', options);
    await vi.advanceTimersByTimeAsync(8 * second);
    expect((await waiting).status.state).toBe('completed');
  });

  it('is not a thing of waits that end well, fail or are aborted', async () => {
    const cancel = vi.fn(async () => plainTask('canceled'));
    const controller = new AbortController();
    const waits = [
      waitForCompletion({ ...scripted('completed'), cancel }, 'task-1', options),
      waitForCompletion({ ...scripted('failed'), cancel }, 'task-1', options),
      waitForCompletion({ ...scripted('working'), cancel }, 'task-1', {
        ...options,
        signal: controller.signal,
      }),
    ].map(waiting => waiting.catch(() => {}));
    await vi.advanceTimersByTimeAsync(second);
    controller.abort();
    await vi.advanceTimersByTimeAsync(minute);
    await Promise.all(waits);
    expect(cancel).not.toHaveBeenCalled();
  });
});

describe('cancelOnAbort', () => {
  it('asks the agent to stop, and is not waited for', async () => {
    const cancel = vi.fn(() => never());
    const controller = new AbortController();
    const outcome = watched(
      waitForCompletion({ ...scripted('working'), cancel }, 'task-1', {
        signal: controller.signal,
        cancelOnAbort: true,
      }),
    );
    await vi.advanceTimersByTimeAsync(second);
    controller.abort();
    await Promise.resolve();
    await Promise.resolve();
    await Promise.resolve();
    expect(outcome.state).toBe('rejected');
    expect(cancel).toHaveBeenCalledTimes(1);
    expect(cancel).toHaveBeenCalledWith('task-1');
  });

  it('is off unless asked for', async () => {
    const cancel = vi.fn(async () => plainTask('canceled'));
    const controller = new AbortController();
    const waiting = rejection(
      waitForCompletion({ ...scripted('working'), cancel }, 'task-1', { signal: controller.signal }),
    );
    await vi.advanceTimersByTimeAsync(second);
    controller.abort();
    await waiting;
    expect(cancel).not.toHaveBeenCalled();
  });
});

describe('a snapshot that is given', () => {
  const client = (getTask: () => string) => {
    const polls: number[] = [];
    const made = new A2AClient('http://a.test', {
      endpoint: 'http://a.test/',
      dialect: '1.0',
      fetch: (async (_: unknown, init: RequestInit) => {
        polls.push(performance.now());
        const { id } = JSON.parse(init.body as string);
        return Response.json({ jsonrpc: '2.0', id, result: { id: 'task-1', status: { state: getTask() } } });
      }) as typeof fetch,
    });
    return { made, polls };
  };
  const task = (state: 'working' | 'submitted') =>
    ({ kind: 'task', id: 'task-1', status: { state }, artifacts: [], history: [] }) as const;

  it('spares the first poll: the next is due after the minimum', async () => {
    const { made, polls } = client(() => 'TASK_STATE_COMPLETED');
    const begun = performance.now();
    const waiting = made.waitForCompletion({ ...task('working'), artifacts: [], history: [] });
    await vi.advanceTimersByTimeAsync(second);
    await waiting;
    expect(polls).toHaveLength(1);
    expect(polls[0]! - begun).toBeGreaterThanOrEqual(500 * 0.85 - 1);
    expect(polls[0]! - begun).toBeLessThanOrEqual(500 * 1.15 + 2);
  });

  it('is asked about at once where the wait is resumed', async () => {
    const { made, polls } = client(() => 'TASK_STATE_COMPLETED');
    const begun = performance.now();
    const waiting = made.waitForCompletion(
      { ...task('working'), artifacts: [], history: [] },
      { startedAt: Date.now() - hour },
    );
    await vi.advanceTimersByTimeAsync(50);
    await waiting;
    expect(polls[0]! - begun).toBeLessThan(10);
  });
});
