import { AbortedError } from 'a2a-await';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { after as callAfter } from '../../../src/time/timer.js';
import { timedOut, within } from '../../../src/time/within.js';
import { countedSignal } from '../../support/listeners.js';
import { microtasks, rejection, watched } from '../../support/settling.js';

const longest = 2 ** 31 - 1;
const day = 24 * 3_600_000;

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('a timer', () => {
  it('calls back once, when it is time and not before', () => {
    const callback = vi.fn();
    callAfter(1_000, callback);
    vi.advanceTimersByTime(999);
    expect(callback).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    vi.advanceTimersByTime(10_000);
    expect(callback).toHaveBeenCalledTimes(1);
    expect(vi.getTimerCount()).toBe(0);
  });

  it.each([longest, longest + 1, 30 * day, 100 * day])('of %d ms does not fire early', ms => {
    const callback = vi.fn();
    callAfter(ms, callback);
    vi.advanceTimersByTime(ms - 1);
    expect(callback).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    expect(callback).toHaveBeenCalledTimes(1);
  });

  it('never arms the platform beyond an hour at a time, where some fire at once', () => {
    const armed = vi.spyOn(globalThis, 'setTimeout');
    callAfter(30 * day, () => {});
    vi.advanceTimersByTime(30 * day);
    expect(Math.max(...armed.mock.calls.map(([, ms]) => ms ?? 0))).toBeLessThanOrEqual(3_600_000);
    expect(armed.mock.calls.length).toBeGreaterThanOrEqual(30 * 24);
  });

  it('of Infinity never fires and needs no timer', () => {
    callAfter(Infinity, () => {
      throw new Error('It fired.');
    });
    expect(vi.getTimerCount()).toBe(0);
  });

  it('does not fire once it is called off, also between two of its slices', () => {
    const callback = vi.fn();
    const off = callAfter(3 * 3_600_000, callback);
    vi.advanceTimersByTime(2.5 * 3_600_000);
    off();
    expect(vi.getTimerCount()).toBe(0);
    vi.advanceTimersByTime(day);
    expect(callback).not.toHaveBeenCalled();
  });
});

describe('a bounded step', () => {
  it('gives what the step gives, and leaves neither timer nor listener', async () => {
    const counted = countedSignal();
    expect(await within(1_000, counted.signal, async () => 'done')).toBe('done');
    expect(vi.getTimerCount()).toBe(0);
    expect(counted.now).toBe(0);
  });

  it('rejects as the step does, also where that throws before it returns a promise', async () => {
    const thrown = new Error('no');
    const step = () => {
      throw thrown;
    };
    expect(await rejection(within(1_000, undefined, step))).toBe(thrown);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('lets go of a step that ignores its signal when the time is up, and tells the step', async () => {
    let told: AbortSignal | undefined;
    const outcome = watched(
      within(1_000, undefined, signal => {
        told = signal;
        return new Promise(() => {});
      }),
    );
    await vi.advanceTimersByTimeAsync(999);
    expect(outcome.state).toBe('pending');
    expect(told?.aborted).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    expect(outcome).toEqual({ state: 'resolved', value: timedOut });
    expect(told?.aborted).toBe(true);
  });

  it('lets go in the same turn as the signal fires, with an AbortedError for its reason, and leaves nothing behind', async () => {
    const counted = countedSignal();
    const reason = new Error('enough');
    let told: AbortSignal | undefined;
    const outcome = watched(
      within(1_000, counted.signal, signal => {
        told = signal;
        return new Promise(() => {});
      }),
    );
    counted.controller.abort(reason);
    await microtasks(3);
    expect(outcome.error).toBeInstanceOf(AbortedError);
    expect(outcome.error).toMatchObject({ cause: reason });
    expect(told?.reason).toBe(reason);
    expect(vi.getTimerCount()).toBe(0);
    expect(counted.now).toBe(0);
  });

  it('does not begin the step under a signal that has fired', async () => {
    const step = vi.fn();
    await rejection(within(1_000, AbortSignal.abort(new Error('enough')), step));
    expect(step).not.toHaveBeenCalled();
    expect(vi.getTimerCount()).toBe(0);
  });

  it('swallows a step that fails after it was let go', async () => {
    const outcome = watched(
      within(10, undefined, async signal => {
        await new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('late'))));
      }),
    );
    await vi.advanceTimersByTimeAsync(20);
    expect(outcome.state).toBe('resolved');
  });
});
