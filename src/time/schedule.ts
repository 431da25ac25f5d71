/**
 * When to ask again. A wait adds ±15 % of jitter by itself, and a server's hint (Retry-After) as a lower bound.
 *
 * @example const every10s: PollSchedule = { minimum: 10_000, interval: () => 10_000 }
 */
export interface PollSchedule {
  /** ms; the shortest interval, and the first after a send that answered "working". At least 1. */
  readonly minimum: number;
  /** ms until the next poll, for a task of this age (ms) after that many polls. Below `minimum` means `minimum`. */
  interval(poll: { age: number; attempt: number }): number;
}

/** `balanced` suits nearly everything; `snappy` asks twice as often, `gentle` half as often. */
export type ScheduleName = 'balanced' | 'snappy' | 'gentle';

const clamp = (value: number, low: number, high: number) => Math.min(Math.max(value, low), high);

/** An interval in proportion to the task's age: the best there is while nobody knows how long a task takes. */
function proportional(
  share: number,
  minimum: number,
  ageShare: number,
  low: number,
  high: number,
): PollSchedule {
  return {
    minimum,
    interval: ({ age }) => clamp(share * age, minimum, clamp(age / ageShare, low, high)),
  };
}

export const schedules: Readonly<Record<ScheduleName, PollSchedule>> = {
  balanced: /* @__PURE__ */ proportional(0.25, 500, 40, 15_000, 60_000),
  snappy: /* @__PURE__ */ proportional(0.1, 250, 60, 5_000, 30_000),
  gentle: /* @__PURE__ */ proportional(0.5, 1_000, 20, 30_000, 300_000),
};

/** The longest that a server's hint is believed, ms. */
const longestHint = 300_000;

/**
 * The delay before the next poll, ms: the schedule's interval with jitter, or the server's hint if that is longer.
 * A schedule that answers nonsense is taken to mean its minimum.
 */
export function nextDelay(schedule: PollSchedule, age: number, attempt: number): number {
  const wanted = schedule.interval({ age, attempt });
  const interval = Math.max(wanted < Infinity ? wanted : 0, schedule.minimum);
  return interval * (0.85 + 0.3 * Math.random());
}

/**
 * The delay after the n-th failure in a row, ms: full jitter, 1 → 30 s, never a hot loop, and not before the server
 * wants it.
 */
export function failureDelay(failures: number, minimum: number, hint?: number): number {
  const backoff = Math.random() * Math.min(30_000, 500 * 2 ** Math.min(failures, 9));
  return Math.max(minimum, backoff, Math.min(hint || 0, longestHint));
}
