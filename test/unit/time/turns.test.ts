import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { AbortedError } from '../../../src/errors/aborted.js';
import { mostTurns, Turns } from '../../../src/time/turns.js';
import { rejection } from '../../support/settling.js';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** Steps that go on until they are told to end. */
function steps(count: number, turns: Turns, signal = new AbortController().signal) {
  const begun: number[] = [];
  const ends: (() => void)[] = [];
  const done = Array.from({ length: count }, (_, nth) =>
    turns.run(signal, () => {
      begun.push(nth);
      return new Promise<number>(resolve => {
        ends[nth] = () => resolve(nth);
      });
    }),
  );
  return { begun, ends, done };
}
const settle = () => vi.advanceTimersByTimeAsync(0);

describe('turns', () => {
  it('let so many go on at a time, and the next in the order they came', async () => {
    const { begun, ends } = steps(mostTurns + 3, new Turns());
    await settle();
    expect(begun).toHaveLength(mostTurns);
    ends[5]?.();
    ends[0]?.();
    await settle();
    expect(begun.slice(mostTurns)).toEqual([mostTurns, mostTurns + 1]);
  });

  it('are given back by steps that fail', async () => {
    const turns = new Turns();
    const { signal } = new AbortController();
    const failures = Array.from({ length: 100 }, () =>
      turns.run(signal, () => Promise.reject(new Error('no'))).catch(() => 'failed'),
    );
    expect(await Promise.all(failures)).toEqual(Array.from({ length: 100 }, () => 'failed'));
    const { begun } = steps(mostTurns, turns);
    await settle();
    expect(begun).toHaveLength(mostTurns);
  });

  it('are not taken by who has gone meanwhile', async () => {
    const turns = new Turns();
    const first = steps(mostTurns, turns);
    const controller = new AbortController();
    const gone = steps(5, turns, controller.signal);
    const last = steps(1, turns);
    await settle();
    const failed = Promise.all(gone.done.map(rejection));
    controller.abort();
    for (const error of await failed) expect(error).toBeInstanceOf(AbortedError);
    first.ends[0]?.();
    await settle();
    expect(gone.begun).toEqual([]);
    expect(last.begun).toEqual([0]);
  });

  it('are taken out of turn by who cannot wait any longer, and are as many as before when that is done', async () => {
    const turns = new Turns();
    const first = steps(mostTurns, turns);
    const done = vi.fn();
    const late = turns.run(new AbortController().signal, async () => done(), undefined, 1_000);
    const next = steps(2, turns);
    await vi.advanceTimersByTimeAsync(999);
    expect(done).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1);
    await late;
    expect(done).toHaveBeenCalledOnce();
    expect(next.begun).toEqual([]);
    first.ends[0]?.();
    await settle();
    expect(next.begun).toEqual([0]);
  });

  it('of one that hangs pass on after five seconds, once', async () => {
    const turns = new Turns();
    const hanging = steps(mostTurns, turns);
    const next = steps(2 * mostTurns, turns);
    await vi.advanceTimersByTimeAsync(4_999);
    expect(next.begun).toHaveLength(0);
    await vi.advanceTimersByTimeAsync(2);
    expect(next.begun).toHaveLength(mostTurns);
    // Those that hung gave theirs already.
    for (const end of hanging.ends) end();
    await settle();
    expect(next.begun).toHaveLength(mostTurns);
    for (const end of next.ends) end?.();
    await settle();
    for (const end of next.ends) end?.();
    await Promise.all([...hanging.done, ...next.done]);
    expect(vi.getTimerCount()).toBe(0);
  });
});
