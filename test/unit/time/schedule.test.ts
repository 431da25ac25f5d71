import { exponential } from 'a2a-await';
import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { failureDelay, nextDelay, schedules } from '../../../src/time/schedule.js';

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const interval = (name: keyof typeof schedules, age: number) => schedules[name].interval({ age, attempt: 1 });

afterEach(() => {
  vi.restoreAllMocks();
});

describe('the named schedules', () => {
  it.each([
    [0, 500],
    [1 * second, 500],
    [2 * second, 500],
    [4 * second, 1_000],
    [20 * second, 5_000],
    [60 * second, 15_000],
    [10 * minute, 15_000],
    [20 * minute, 30_000],
    [40 * minute, 60_000],
    [24 * hour, 60_000],
  ])(
    'balanced asks a task of %d ms after %d ms: a quarter of its age, from 0.5 s to 15 … 60 s',
    (age, ms) => {
      expect(interval('balanced', age)).toBe(ms);
    },
  );

  it.each([
    [0, 250],
    [2.5 * second, 250],
    [10 * second, 1_000],
    [50 * second, 5_000],
    [5 * minute, 5_000],
    [10 * minute, 10_000],
    [30 * minute, 30_000],
    [24 * hour, 30_000],
  ])('snappy asks a task of %d ms after %d ms: a tenth of its age, from 0.25 s to 5 … 30 s', (age, ms) => {
    expect(interval('snappy', age)).toBe(ms);
  });

  it.each([
    [0, 1_000],
    [2 * second, 1_000],
    [10 * second, 5_000],
    [60 * second, 30_000],
    [10 * minute, 30_000],
    [20 * minute, 60_000],
    [100 * minute, 300_000],
    [24 * hour, 300_000],
  ])('gentle asks a task of %d ms after %d ms: half of its age, from 1 s to 30 … 300 s', (age, ms) => {
    expect(interval('gentle', age)).toBe(ms);
  });

  it('depend on the age alone, so that a resumed wait goes on where it was', () => {
    for (const schedule of Object.values(schedules)) {
      expect(schedule.interval({ age: 30_000, attempt: 1 })).toBe(
        schedule.interval({ age: 30_000, attempt: 500 }),
      );
    }
  });

  it('never shrink as the task ages', () => {
    const ages = fc.tuple(fc.nat(10 * hour), fc.nat(10 * hour));
    fc.assert(
      fc.property(ages, fc.constantFrom('balanced', 'snappy', 'gentle'), ([one, other], name) => {
        expect(interval(name, Math.min(one, other))).toBeLessThanOrEqual(
          interval(name, Math.max(one, other)),
        );
      }),
    );
  });
});

describe('the delay before the next poll', () => {
  const steady = { minimum: 1_000, interval: () => 10_000 };

  it.each([
    [0, 8_500],
    [0.5, 10_000],
    [0.999999, 11_500],
  ])('has jitter: where chance says %d, a schedule of 10 s gives %d ms', (chance, ms) => {
    vi.spyOn(Math, 'random').mockReturnValue(chance);
    expect(nextDelay(steady, 0, 1)).toBeCloseTo(ms, 0);
  });

  it('lies within ±15 % of the interval, and is spread over all of it', () => {
    const delays = Array.from({ length: 2_000 }, () => nextDelay(steady, 0, 1));
    expect(Math.min(...delays)).toBeGreaterThanOrEqual(8_500);
    expect(Math.max(...delays)).toBeLessThanOrEqual(11_500);
    expect(Math.min(...delays)).toBeLessThan(8_700);
    expect(Math.max(...delays)).toBeGreaterThan(11_300);
  });

  it.each([Number.NaN, undefined, null, 'soon', -1, -Infinity, 0, {}])(
    'is about the minimum for a schedule that answers %s',
    nonsense => {
      const delay = nextDelay({ minimum: 800, interval: () => nonsense as number }, 5_000, 3);
      expect(delay).toBeGreaterThanOrEqual(800 * 0.85);
      expect(delay).toBeLessThanOrEqual(800 * 1.15);
    },
  );

  it('is finite even if a schedule answers Infinity, or a wait without a deadline would never ask again', () => {
    expect(nextDelay({ minimum: 800, interval: () => Infinity }, 0, 1)).toBeLessThan(Infinity);
  });
});

describe('the delay after failures', () => {
  it('has full jitter, up to 1 s after the first and 30 s after many', () => {
    const most = (failures: number) => {
      vi.spyOn(Math, 'random').mockReturnValue(0.999999);
      return Math.round(failureDelay(failures, 1));
    };
    expect([1, 2, 3, 4, 5, 6, 7, 100].map(most)).toEqual([
      1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000,
    ]);
    vi.spyOn(Math, 'random').mockReturnValue(0);
    expect(failureDelay(5, 250)).toBe(250);
  });

  it('takes a hint of the server as a lower bound, and believes at most 5 min of it', () => {
    vi.spyOn(Math, 'random').mockReturnValue(0.999999);
    expect(failureDelay(1, 500, 20_000)).toBe(20_000);
    expect(failureDelay(9, 500, 20_000)).toBeGreaterThan(29_000);
    expect(failureDelay(1, 500, 30 * 24 * hour)).toBe(300_000);
    expect(failureDelay(1, 500, Infinity)).toBe(300_000);
  });

  it.each([Number.NaN, -5, -Infinity])('makes nothing of a hint of %d', hint => {
    vi.spyOn(Math, 'random').mockReturnValue(0);
    expect(failureDelay(1, 500, hint)).toBe(500);
  });
});

describe('exponential', () => {
  const intervals = (schedule: ReturnType<typeof exponential>, attempts: number[]) =>
    attempts.map(attempt => schedule.interval({ age: 999_999, attempt }));

  it('grows by its factor from the initial interval to the greatest', () => {
    const schedule = exponential({ initial: 2_000, factor: 2, max: 10_000 });
    expect(schedule.minimum).toBe(2_000);
    expect(intervals(schedule, [0, 1, 2, 3, 4, 5, 5_000])).toEqual([
      2_000, 2_000, 4_000, 8_000, 10_000, 10_000, 10_000,
    ]);
  });

  it('is the familiar 1 s × 1.5, at most 30 s, by default', () => {
    expect(intervals(exponential(), [1, 2, 3, 20])).toEqual([1_000, 1_500, 2_250, 30_000]);
  });

  it.each([
    [{ initial: 0 }, 'initial'],
    [{ initial: Number.NaN }, 'initial'],
    [{ initial: -1 }, 'initial'],
    [{ initial: 5_000, max: 1_000 }, 'initial'],
    [{ factor: 0.5 }, 'factor'],
    [{ factor: Number.NaN }, 'factor'],
    [{ factor: Infinity }, 'factor'],
    [{ max: Infinity }, 'max'],
    [{ max: '9' as unknown as number }, 'max'],
  ])('refuses %o with a TypeError that names "%s"', (options, name) => {
    expect(() => exponential(options)).toThrow(TypeError);
    expect(() => exponential(options)).toThrow(`"${name}"`);
  });
});
