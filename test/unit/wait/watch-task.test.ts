import { AbortedError, TaskFailedError, WaitTimeoutError, watchTask } from 'a2a-await';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { countedSignal } from '../../support/listeners.js';
import { microtasks, rejection, watched } from '../../support/settling.js';
import { plainTask, scripted } from '../../support/source.js';

const quick = { schedule: { minimum: 100, interval: () => 100 } };

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** Reads all of it; what was seen until it threw is kept. */
function reading<T extends { status: { state: unknown } }>(tasks: AsyncIterable<T>) {
  const seen: unknown[] = [];
  const over = (async () => {
    for await (const task of tasks) seen.push(task.status.state);
  })();
  return { seen, over, outcome: watched(over) };
}

describe('watching a task', () => {
  it("does not make a listener that rejects later somebody else's trouble", async () => {
    vi.useRealTimers();
    const unhandled: unknown[] = [];
    const note = (error: unknown) => unhandled.push(error);
    process.on('unhandledRejection', note);
    const onUpdate = async () => {
      throw new Error('mine');
    };
    await reading(watchTask(scripted('completed'), 'task-1', { onUpdate })).over;
    await new Promise(resolve => setImmediate(resolve));
    process.off('unhandledRejection', note);
    expect(unhandled).toEqual([]);
  });

  it('yields each change, the last one too, and ends', async () => {
    const source = scripted('submitted', 'submitted', 'working', 'working', 'completed');
    const { seen, outcome } = reading(watchTask(source, 'task-1', quick));
    await vi.advanceTimersByTimeAsync(2_000);
    expect(outcome.state).toBe('resolved');
    expect(seen).toEqual(['submitted', 'working', 'completed']);
    expect(source.polls).toHaveLength(5);
  });

  it('throws what a wait throws, after the last snapshot was yielded', async () => {
    const failed = reading(watchTask(scripted('working', 'failed'), 'task-1', quick));
    const late = reading(watchTask(scripted('working'), 'task-1', { ...quick, timeout: 500 }));
    await vi.advanceTimersByTimeAsync(2_000);
    expect(failed.seen).toEqual(['working', 'failed']);
    expect(failed.outcome.error).toBeInstanceOf(TaskFailedError);
    expect(late.seen).toEqual(['working']);
    expect(late.outcome.error).toBeInstanceOf(WaitTimeoutError);
  });

  it('asks nothing before it is read', async () => {
    const source = scripted('working');
    watchTask(source, 'task-1', quick);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(source.polls).toHaveLength(0);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('ends the asking with the loop, and leaves neither timer nor listener', async () => {
    const counted = countedSignal();
    const cancel = vi.fn(async () => plainTask('canceled'));
    const source = { ...scripted('working'), cancel };
    const left = (async () => {
      for await (const _ of watchTask(source, 'task-1', {
        ...quick,
        signal: counted.signal,
        cancelOnAbort: true,
      }))
        break;
    })();
    await vi.advanceTimersByTimeAsync(50);
    await left;
    const polls = source.polls.length;
    await vi.advanceTimersByTimeAsync(10_000);
    expect(source.polls).toHaveLength(polls);
    expect(vi.getTimerCount()).toBe(0);
    expect(counted.now).toBe(0);
    // Leaving is not the signal.
    expect(cancel).not.toHaveBeenCalled();
  });

  it('ends the asking where the body of the loop throws', async () => {
    const source = scripted('working');
    const thrown = new Error('mine');
    const left = rejection(
      (async () => {
        for await (const _ of watchTask(source, 'task-1', quick)) throw thrown;
      })(),
    );
    await vi.advanceTimersByTimeAsync(50);
    expect(await left).toBe(thrown);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(source.polls).toHaveLength(1);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('is aborted in the same turn, with the reason of the signal', async () => {
    const counted = countedSignal();
    const reason = new Error('enough');
    const cancel = vi.fn(async () => plainTask('canceled'));
    const source = { ...scripted('working'), cancel };
    const { seen, outcome } = reading(
      watchTask(source, 'task-1', { ...quick, signal: counted.signal, cancelOnAbort: true }),
    );
    await vi.advanceTimersByTimeAsync(250);
    counted.controller.abort(reason);
    await microtasks(20);
    expect(outcome.error).toBeInstanceOf(AbortedError);
    expect(outcome.error).toMatchObject({ cause: reason });
    expect(seen).toEqual(['working']);
    expect(cancel).toHaveBeenCalledTimes(1);
    expect(vi.getTimerCount()).toBe(0);
    expect(counted.most).toBe(1);
  });

  it('does not begin under a signal that has fired', async () => {
    const source = scripted('working');
    const { outcome } = reading(
      watchTask(source, 'task-1', { ...quick, signal: AbortSignal.abort(new Error('enough')) }),
    );
    await microtasks(20);
    expect(outcome.error).toBeInstanceOf(AbortedError);
    expect(source.polls).toHaveLength(0);
  });

  it('skips what is out of date for a reader that is slow, but never the end', async () => {
    const source = scripted('submitted', 'working', 'input-required', 'working', 'completed');
    const seen: unknown[] = [];
    const read = (async () => {
      const watching = watchTask({ ...source, sendMessage: async () => undefined }, 'task-1', {
        ...quick,
        onInterrupted: () => undefined,
      });
      for await (const task of watching) {
        seen.push(task.status.state);
        await new Promise(resolve => setTimeout(resolve, 10_000));
      }
    })();
    await vi.advanceTimersByTimeAsync(60_000);
    await read;
    expect(seen).toEqual(['submitted', 'completed']);
  });

  it('tells onUpdate too, whose throwing changes nothing', async () => {
    const onUpdate = vi.fn(() => {
      throw new Error('listener');
    });
    const { seen, outcome } = reading(
      watchTask(scripted('working', 'completed'), 'task-1', { ...quick, onUpdate }),
    );
    await vi.advanceTimersByTimeAsync(1_000);
    expect(outcome.state).toBe('resolved');
    expect(seen).toEqual(['working', 'completed']);
    expect(onUpdate).toHaveBeenCalledTimes(2);
  });

  it('is over for a reader that asks once more after the end', async () => {
    const tasks = watchTask(scripted('completed'), 'task-1', quick);
    const first = tasks.next();
    await vi.advanceTimersByTimeAsync(10);
    expect(await first).toMatchObject({ done: false });
    expect(await tasks.next()).toEqual({ done: true, value: undefined });
    expect(await tasks.next()).toEqual({ done: true, value: undefined });
  });
});
