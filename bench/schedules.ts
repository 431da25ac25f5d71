import {
  alike,
  drawDurations,
  fixed,
  fullJitter,
  mean,
  named,
  type Policy,
  recipe,
  waitFor,
} from './schedule-model.js';

// What the polling schedules cost and how late they know, as simulated by schedule-model.ts for 40,000 tasks. Fails if
// the figures are no longer the published ones.

const day = 86_400_000;
const tolerance = 0.05;

interface Row {
  name: string;
  policy: Policy;
  /** As printed: polls, mean latency, p95, % of duration, latency of tasks < 5 s, polls in 24 h. */
  published?: readonly [string, string, string, string, string, string];
}

const rows: readonly Row[] = [
  {
    name: '1 s × 1.5, cap 30 (the recipe)',
    policy: recipe,
    published: ['11.6', '7.69', '26.1', '37', '0.85', '2877'],
  },
  {
    name: 'full jitter 1 s·2ⁿ, cap 30',
    policy: fullJitter,
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
    published: ['41.5', '2.95', '4.9', '163', '3.53', '16943'],
  },
  {
    name: 'fixed 2 s',
    policy: fixed(2_000),
    published: ['98.5', '1.16', '2.0', '57', '1.28', '41144'],
  },
  {
    name: 'fixed 1 s',
    policy: fixed(1_000),
    published: ['187', '0.60', '1.1', '26', '0.62', '78547'],
  },
];

const columns = ['polls', 'mean s', 'p95 s', '% of duration', 'tasks < 5 s: s', 'polls in 24 h'];
const digits = [1, 2, 1, 0, 2, 0];

function simulate({ policy }: Row, durations: readonly number[]): number[] {
  const waits = durations.map(duration => waitFor(duration, policy));
  const latencies = waits.map(wait => wait.latency).sort((one, other) => one - other);
  return [
    mean(waits.map(wait => wait.polls)),
    mean(latencies) / 1_000,
    (latencies[Math.floor(0.95 * latencies.length)] ?? Number.NaN) / 1_000,
    100 * mean(waits.map(wait => wait.latency / wait.duration)),
    mean(waits.filter(wait => wait.duration < 5_000).map(wait => wait.latency)) / 1_000,
    waitFor(day, policy).polls,
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

const durations = drawDurations();
const faults: string[] = [];
const nameWidth = Math.max(...rows.map(row => row.name.length));
console.log(['schedule'.padEnd(nameWidth), ...columns].join(' | '));
for (const row of rows) {
  const values = alike(() => simulate(row, durations));
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

for (const fault of faults) console.error(`✗ ${fault}`);
if (faults.length > 0) process.exitCode = 1;
else console.log('Every published figure is met within 5 % (and the rounding of the published one).');
