import { nextDelay, type ScheduleName, schedules } from '../src/time/schedule.js';

/**
 * What a schedule costs and how late it knows, simulated: tasks that take 0.3 s to 30 min, as likely 1 to 2 s as 10 to
 * 20 min.
 *
 * The model, found by reproducing the published figures of the fixed intervals:
 * - time 0 is when the send's answer, "working", arrives; a duration counts from there;
 * - a poll takes a round trip, and the server reads the task's state halfway through it (reading it when the poll
 *   leaves makes a fixed second 0.65 s late, reading it when the answer arrives 0.55 s; published are 0.60);
 * - the next delay begins when the answer is there, and is drawn for the age the task has then;
 * - latency is from the task's end to the answer that tells of it;
 * - a fixed interval asks at once and then waits, as such loops do; all others wait first, for attempt 0.
 */

export const shortest = 300;
export const longest = 1_800_000;
const tasks = 40_000;
const roundTrip = 100;

/** How a wait asks. */
export interface Policy {
  /** ms until the next poll. */
  delay(age: number, attempt: number): number;
  asksAtOnce?: boolean;
}

/** What a wait took. */
export interface Wait {
  /** How long the task took, ms. */
  duration: number;
  polls: number;
  /** ms from the task's end to the answer that tells of it. */
  latency: number;
}

export const named = (name: ScheduleName): Policy => ({
  delay: (age, attempt) => nextDelay(schedules[name], age, attempt),
});

export const fixed = (interval: number): Policy => ({ delay: () => interval, asksAtOnce: true });

export const recipe: Policy = { delay: (_, attempt) => Math.min(30_000, 1_000 * 1.5 ** attempt) };

export const fullJitter: Policy = {
  delay: (_, attempt) => Math.random() * Math.min(30_000, 1_000 * 2 ** attempt),
};

/** Numbers in [0, 1) that are the same in every run (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Log-uniform, one from each of as many equal slices of the range: far less noise than drawing from all of it. */
export function drawDurations(): number[] {
  const random = seeded(1);
  return Array.from(
    { length: tasks },
    (_, slice) => shortest * (longest / shortest) ** ((slice + random()) / tasks),
  );
}

export function waitFor(duration: number, policy: Policy): Wait {
  let attempt = 0;
  let time = policy.asksAtOnce ? 0 : policy.delay(0, attempt);
  for (;;) {
    attempt += 1;
    const over = time + roundTrip / 2 >= duration;
    time += roundTrip;
    if (over) return { duration, polls: attempt, latency: time - duration };
    time += policy.delay(time, attempt);
  }
}

/** What is drawn by `Math.random`, the project's own jitter too, is the same in every run and for every policy. */
export function alike<Result>(simulation: () => Result): Result {
  const platformRandom = Math.random;
  Math.random = seeded(2);
  try {
    return simulation();
  } finally {
    Math.random = platformRandom;
  }
}

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
