import { durationOption } from '../errors/options.js';
import type { PollSchedule } from './schedule.js';

/**
 * The familiar schedule: each interval is `factor` times the one before. Prefer the named ones, which know sooner of
 * short tasks; this one is for those who must keep to a given policy.
 *
 * @param options ms; defaults `{ initial: 1_000, factor: 1.5, max: 30_000 }`
 * @throws TypeError if a value cannot be right
 * @example client.waitForCompletion(id, { schedule: exponential({ initial: 2_000, max: 60_000 }) })
 */
export function exponential(options: { initial?: number; factor?: number; max?: number } = {}): PollSchedule {
  const initial = durationOption('initial', options.initial, 1_000);
  const max = durationOption('max', options.max, 30_000);
  const factor = options.factor ?? 1.5;
  if (!(factor >= 1) || factor === Infinity)
    throw new TypeError(`"factor" must be a number ≥ 1, not ${factor}.`);
  if (initial < 1 || max < initial) throw new TypeError('"initial" must be at least 1 ms and at most "max".');
  return {
    minimum: initial,
    interval: ({ attempt }) => Math.min(max, initial * factor ** Math.max(0, attempt - 1)),
  };
}
