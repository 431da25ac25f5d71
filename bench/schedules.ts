import { nextDelay, type ScheduleName, schedules } from '../src/time/schedule.js';

/**
 * What a schedule costs and how late it knows, simulated: 40,000 tasks that take 0.3 s to 30 min, as likely 1 to 2 s
 * as 10 to 20 min. Fails if the figures are no longer the published ones.
 *
 * The model, found by reproducing the published figures of the fixed intervals:
 * - time 0 is when the send's answer, "working", arrives; a duration counts from there;
 * - a poll takes a round trip, and the server reads the task's state halfway through it (reading it when the poll
 *   leaves makes a fixed second 0.65 s late, reading it when the answer arrives 0.55 s; published are 0.60);
 * - the next delay begins when the answer is there, and is drawn for the age the task has then;
 * - latency is from the task's end to the answer that tells of it;
 * - a fixed interval asks at once and then waits, as such loops do; all others wait first, for attempt 0.
 */

const tasks = 40_000;
const shortest = 300;
const longest = 1_800_000;
const roundTrip = 100;
const day = 86_400_000;
const tolerance = 0.05;

/** ms until the next poll. */
type Policy = (age: number, attempt: number) => number;

interface Row {
  name: string;
  policy: Policy;
  asksAtOnce?: boolean;
  /** As printed: polls, mean latency, p95, % of duration, latency of tasks < 5 s, polls in 24 h. */
  published?: readonly [string, string, string, string, string, string];
}

const named =
  (name: ScheduleName): Policy =>
  (age, attempt) =>
    nextDelay(schedules[name], age, attempt);

const fixed =
  (interval: number): Policy =>
  () =>
    interval;

const rows: readonly Row[] = [
  {
    name: '1 s × 1.5, cap 30 (the recipe)',
    policy: (_, attempt) => Math.min(30_000, 1_000 * 1.5 ** attempt),
    published: ['11.6', '7.69', '26.1', '37', '0.85', '2877'],
  },
  {
    name: 'full jitter 1 s·2ⁿ, cap 30',
    policy: (_, attempt) => Math.random() * Math.min(30_000, 1_000 * 2 ** attempt),
    published: ['17.3', '6.76', '21.5', '50', '1.42', '5720'],
  },
  {
    name: 'balanced',
    policy: named('balanced'),
    published: ['22.0', '4.66', '15.9', '17', '0.38', '1508'],
  },
  {
    name: 'snappy',
    policy: named('snappy'),
    published: ['47.0', '2.34', '10.0', '11', '0.25', '3004'],
  },
  { name: 'gentle', policy: named('gentle') },
  {
    name: 'fixed 5 s',
    policy: fixed(5_000),
    asksAtOnce: true,
    published: ['41.5', '2.95', '4.9', '163', '3.53', '16943'],
  },
  {
    name: 'fixed 2 s',
    policy: fixed(2_000),
    asksAtOnce: true,
    published: ['98.5', '1.16', '2.0', '57', '1.28', '41144'],
  },
  {
    name: 'fixed 1 s',
    policy: fixed(1_000),
    asksAtOnce: true,
    published: ['187', '0.60', '1.1', '26', '0.62', '78547'],
  },
];

const columns = ['polls', 'mean s', 'p95 s', '% of duration', 'tasks < 5 s: s', 'polls in 24 h'];
const digits = [1, 2, 1, 0, 2, 0];

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
function drawDurations(): number[] {
  const random = seeded(1);
  return Array.from(
    { length: tasks },
    (_, slice) => shortest * (longest / shortest) ** ((slice + random()) / tasks),
  );
}

function waitFor(duration: number, { policy, asksAtOnce }: Row): { polls: number; latency: number } {
  let attempt = 0;
  let time = asksAtOnce ? 0 : policy(0, attempt);
  for (;;) {
    attempt += 1;
    const over = time + roundTrip / 2 >= duration;
    time += roundTrip;
    if (over) return { polls: attempt, latency: time - duration };
    time += policy(time, attempt);
  }
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function simulate(row: Row, durations: readonly number[]): number[] {
  const waits = durations.map(duration => ({ duration, ...waitFor(duration, row) }));
  const latencies = waits.map(wait => wait.latency).sort((one, other) => one - other);
  return [
    mean(waits.map(wait => wait.polls)),
    mean(latencies) / 1_000,
    (latencies[Math.floor(0.95 * latencies.length)] ?? Number.NaN) / 1_000,
    100 * mean(waits.map(wait => wait.latency / wait.duration)),
    mean(waits.filter(wait => wait.duration < 5_000).map(wait => wait.latency)) / 1_000,
    waitFor(day, row).polls,
  ];
}

/** Whether a figure is the published one, within the tolerance of whatever that was before it was rounded. */
function agrees(value: number, published: string): boolean {
  const decimals = published.split('.')[1]?.length ?? 0;
  const rounding = 0.5 * 10 ** -decimals;
  const low = (Number(published) - rounding) * (1 - tolerance);
  const high = (Number(published) + rounding) * (1 + tolerance);
  return value >= low && value <= high;
}

const platformRandom = Math.random;
const durations = drawDurations();
const faults: string[] = [];
const nameWidth = Math.max(...rows.map(row => row.name.length));
console.log(['schedule'.padEnd(nameWidth), ...columns].join(' | '));
for (const row of rows) {
  // The project's own jitter, drawn alike in every run and for every row.
  Math.random = seeded(2);
  const values = simulate(row, durations);
  const cells = values.map((value, index) =>
    value.toFixed(digits[index]).padStart(columns[index]?.length ?? 0),
  );
  console.log([row.name.padEnd(nameWidth), ...cells].join(' | '));
  for (const [index, published] of (row.published ?? []).entries()) {
    const value = values[index] ?? Number.NaN;
    if (!agrees(value, published))
      faults.push(`${row.name}, ${columns[index]}: ${value.toFixed(3)}, published ${published}`);
  }
}
Math.random = platformRandom;

for (const fault of faults) console.error(`✗ ${fault}`);
if (faults.length > 0) process.exitCode = 1;
else console.log('Every published figure is met within 5 % (and the rounding of the published one).');
