import { fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { cpus } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';

// What it costs to wait for thousands of tasks at once, over loopback: requests, memory, CPU, and how late their ends are
// known. What the figures mean: README.md.

const { values: given, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    check: { type: 'boolean', default: false },
    tasks: { type: 'string', default: '10000' },
    beside: { type: 'string', default: '2000' },
    longest: { type: 'string', default: '120000' },
    ours: { type: 'string' },
  },
});

/** How long tasks are at work, in ms. */
const shortest = 300;
const longest = numberOf('longest', shortest);
const tasks = numberOf('tasks', 1);
/** How long whoever waits may take beyond that, in ms. */
const patience = 60_000;
/** Requests, seconds, MB, bytes. */
const allowed = { lists: 700, p95: 1.5, rss: 150, inFlight: 32, waiter: 1_000 };
/** When most of it happens at once, ms: of 10,000 tasks 4,700 end. */
const first = 5_000;
/** Of each task that is still at work, so often one question besides, ms: lists lose rows. A minute, less its jitter. */
const askedBesides = 51_000;
/** The last few are not worth a list: each is asked for by itself. */
const lastFew = 100;

const waitAll = { way: 'waitAll', dialect: '1.0', tasks };
const rivals = { dialect: '1.0', tasks: numberOf('beside', 1), includeArtifacts: true };
const contestants = {
  whole: { ...waitAll, title: 'waitAll, with artifacts', includeArtifacts: true },
  bare: { ...waitAll, title: 'waitAll, without artifacts', includeArtifacts: false },
  // A2A 0.3 has no list.
  polls: { ...waitAll, title: 'waitAll, no ListTasks', includeArtifacts: true, dialect: '0.3' },
  each: { ...rivals, title: 'waitForCompletion, one for each', way: 'each' },
  recipe: { ...rivals, title: 'a loop for each, 1 s × 1.5 up to 30 s', way: 'recipe' },
  floor: { ...waitAll, title: 'bare fetch, told by nobody', way: 'floor', includeArtifacts: true },
};
const names = [...Object.keys(contestants), 'memory'];
const chosen = positionals.length > 0 ? positionals : names;
const unknown = chosen.find(name => !names.includes(name));
if (unknown) throw new Error(`There is no ${unknown} to measure, but ${names.join(', ')}.`);

const dist = new URL('../dist/node/index.js', import.meta.url);
if (!existsSync(fileURLToPath(dist))) throw new Error('There is no dist/: build first.');
const path = given.ours ? pathToFileURL(given.ours).href : dist.href;
const { A2AClient } = await import(path);
if (typeof A2AClient.prototype.waitAll !== 'function') {
  throw new Error('This build has no client.waitAll to measure: build one that has it.');
}

function numberOf(option, least) {
  const number = Number(given[option]);
  if (!(number >= least))
    throw new Error(`--${option} must be a number from ${least}, not ${given[option]}.`);
  return number;
}

/** Progress goes beside the result. */
const say = line => process.stderr.write(`${line}\n`);

/** Another process that answers one command at a time. */
function launch(file, execArgv = []) {
  const module = fileURLToPath(new URL(file, import.meta.url));
  const child = fork(module, [], { execArgv, serialization: 'advanced' });
  const exited = once(child, 'exit');
  const gone = exited.then(([code]) => {
    throw new Error(`${file} ended by itself, with exit code ${code}.`);
  });
  gone.catch(() => {});
  const ask = async (command, settings = {}) => {
    const answered = once(child, 'message');
    child.send({ command, ...settings });
    const [answer] = await Promise.race([answered, gone]);
    return answer;
  };
  const stop = async () => {
    if (child.connected) child.disconnect();
    await exited;
  };
  return { ask, stop };
}

/** Log-uniform, in ms: as many from 1 to 2 s as from 10 to 20 s. Well mixed, and the same every time. */
function durationsOf(count) {
  const golden = (Math.sqrt(5) - 1) / 2;
  return Array.from({ length: count }, (_, nth) => shortest * (longest / shortest) ** ((nth * golden) % 1));
}

/** Does it with a server that holds these tasks, and a client that knows it. */
async function withBoth({ durations, execArgv, ...settings }, use) {
  const server = launch('many-server.mjs');
  const client = launch('many-client.mjs', execArgv);
  try {
    const { url, ids } = await server.ask('prepare', { durations, ...settings });
    await client.ask('connect', { path, url });
    return await use(server, client, ids);
  } finally {
    await Promise.all([client.stop(), server.stop()]);
  }
}

async function measure(contestant) {
  const durations = durationsOf(contestant.tasks);
  return withBoth({ ...contestant, durations }, async (server, client, ids) => {
    const before = busy();
    await server.ask('release', { first });
    const { way, includeArtifacts } = contestant;
    const waited = await client.ask('wait', {
      way,
      ids,
      durations,
      includeArtifacts,
      patience: longest + patience,
    });
    const served = await server.ask('report');
    const others = busy() - before - waited.cpu - served.cpu;
    return { ...figuresOf(durations, ids, waited, served), others };
  });
}

/** CPU of the whole machine so far, s. */
function busy() {
  const spent = ({ times: { user, nice, sys, irq } }) => user + nice + sys + irq;
  return cpus().reduce((sum, cpu) => sum + spent(cpu) / 1_000, 0);
}

function figuresOf(durations, ids, { known, amiss, ...costs }, { ended, counts, ...server }) {
  const latenciesOf = tasks =>
    tasks.map(id => (known.get(id) - ended.get(id)) / 1_000).filter(Number.isFinite);
  const latencies = latenciesOf(ids);
  const later = latenciesOf(ids.filter((_, nth) => durations[nth] > first));
  const missing = ids.filter(id => !known.has(id)).map(id => `${id} never settled`);
  return {
    ...costs,
    amiss: [...amiss, ...missing],
    lists: (counts.ListTasks ?? 0) + (counts['tasks/list'] ?? 0),
    gets: (counts.GetTask ?? 0) + (counts['tasks/get'] ?? 0),
    requests: Object.values(counts).reduce((sum, count) => sum + count, 0),
    median: quantile(latencies, 0.5),
    p95: quantile(latencies, 0.95),
    later: later.length > 0 ? quantile(later, 0.95) : undefined,
    most: quantile(latencies, 1),
    besides: durations.reduce((sum, duration) => sum + Math.floor(duration / askedBesides), 0),
    server,
  };
}

function quantile(values, share) {
  return values.toSorted((one, other) => one - other)[Math.ceil(share * values.length) - 1] ?? Number.NaN;
}

/** What may be had at most, of the figures that have a limit. */
function limitsOf({ way, dialect, tasks, includeArtifacts }, { besides }) {
  if (way !== 'waitAll') return {};
  if (dialect === '0.3') return { inFlight: allowed.inFlight };
  const { lists, p95, rss } = allowed;
  return { lists, p95, rss, gets: (includeArtifacts ? tasks : 0) + besides + lastFew };
}

const rows = [
  ['lists', 'list requests', ''],
  ['gets', 'getTask', ''],
  ['requests', 'requests in all', ''],
  ['inFlight', 'in flight at most', ''],
  ['median', 'latency, median', 's'],
  ['p95', 'latency, 95 %', 's'],
  ['later', `the same, after ${first / 1_000} s`, 's'],
  ['most', 'latency, most', 's'],
  ['rssBefore', 'memory before', 'MB'],
  ['rss', 'memory at most', 'MB'],
  ['cpu', 'CPU', 's'],
];
const faults = [];

/** One line, with what is allowed; whatever is more, or no number, is a fault. */
function line(name, title, value, unit, limit) {
  const digits = unit === 's' ? 2 : 0;
  const shown = value.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits });
  const isFault = limit !== undefined && !(value <= limit);
  const bound = limit === undefined ? '' : `at most ${limit.toLocaleString('en')} ${isFault ? '✗' : '✓'}`;
  if (isFault) faults.push(`${name}: ${`${title} ${shown} ${unit}`.trim()}, ${bound}`);
  console.log(`  ${title.padEnd(26)}${shown.padStart(9)} ${unit.padEnd(4)}${bound}`);
}

function show(contestant, figures) {
  const { title, tasks } = contestant;
  const limits = limitsOf(contestant, figures);
  const { amiss, server, others } = figures;
  console.log(
    `\n${title}: ${tasks.toLocaleString('en')} tasks of ${shortest / 1_000} to ${longest / 1_000} s`,
  );
  for (const [key, what, unit] of rows.filter(([key]) => figures[key] !== undefined)) {
    line(title, what, figures[key], unit, limits[key]);
  }
  if (amiss.length > 0) faults.push(`${title}: ${amiss.length} amiss, such as: ${amiss[0]}`);
  const { cpu, cpuAtFirst, stall } = server;
  const shares = `${cpu.toFixed(1)} s, ${cpuAtFirst.toFixed(1)} s of it in the first ${first / 1_000} s`;
  console.log(`  the server: CPU ${shares}; busy at most ${stall.toFixed(2)} s at a stretch`);
  console.log(`  whatever else the machine did: CPU ${Math.max(0, others).toFixed(1)} s`);
}

/** One after the other: at the beginning each takes all there is of the machine. */
async function measureAll() {
  const measured = {};
  for (const [name, contestant] of Object.entries(contestants)) {
    if (!chosen.includes(name)) continue;
    say(`${name} …`);
    measured[name] = { tasks: contestant.tasks, ...(await measure(contestant)) };
    show(contestant, measured[name]);
  }
  return measured;
}

/** Where two counted different numbers of tasks, what grows with them is compared by the task. */
function compare({ whole, polls, each, recipe }) {
  const ours = Object.entries({ 'with ListTasks': whole, without: polls }).filter(([, figures]) => figures);
  const others = Object.entries({ waitForCompletion: each, 'the loop': recipe }).filter(([, seen]) => seen);
  const perTask = (figures, key) => figures[key] / figures.tasks;
  if (ours.length > 0 && others.length > 0) console.log('\nAs many times what waitAll takes');
  for (const [way, one] of ours) {
    for (const [name, other] of others) {
      const requests = perTask(other, 'requests') / perTask(one, 'requests');
      const cpu = perTask(other, 'cpu') / perTask(one, 'cpu');
      const late = other.p95 / one.p95;
      const ratios = `requests × ${requests.toFixed(1)}, CPU × ${cpu.toFixed(1)}, latency, 95 % × ${late.toFixed(1)}`;
      console.log(`  ${`${name} to waitAll ${way}`.padEnd(44)}${ratios}`);
    }
  }
}

/** What tasks say that are weighed, in characters. */
const [little, much] = [20, 1_020];

/** Bytes of each of many that wait for tasks at work, and of a snapshot, whose size depends on what the task says. */
async function weigh(dialect, characters) {
  const lists = dialect === '1.0';
  const durations = Array.from({ length: tasks }, () => Number.POSITIVE_INFINITY);
  const settings = { dialect, durations, said: 'x'.repeat(characters), execArgv: ['--expose-gc'] };
  return withBoth(settings, async (server, client, ids) => {
    await server.ask('release', { first });
    await client.ask('hold', { ids });
    await firstRound(
      server,
      lists ? Math.ceil(ids.length / 100) : ids.length,
      lists ? 'ListTasks' : 'tasks/get',
    );
    return client.ask('weigh', { lists });
  });
}

/** Until so many more requests have come, and a little longer. */
async function firstRound(server, requests, method) {
  const count = async () => (await server.ask('report')).counts[method] ?? 0;
  const wanted = (await count()) + requests;
  const end = performance.now() + patience;
  while ((await count()) < wanted) {
    if (performance.now() > end)
      throw new Error(`Within ${patience / 1_000} s there was no round of ${method}.`);
    await sleep(200);
  }
  await sleep(3_000);
}

/** What a waiter takes grows with so much of the snapshot as it keeps: what it takes beside that, would it be nothing. */
async function showMemory(title, dialect) {
  say(`memory, ${title} …`);
  const one = await weigh(dialect, little);
  const other = await weigh(dialect, much);
  const kept = Math.max(0, (other.waiter - one.waiter) / (other.snapshot - one.snapshot));
  console.log(`\nwaitAll, ${title}: each of ${tasks.toLocaleString('en')} that wait`);
  line(title, 'with the snapshot', one.waiter, 'B');
  line(title, 'the snapshot', one.snapshot, 'B');
  line(title, 'of which it keeps', 100 * kept, '%');
  line(title, 'without the snapshot', one.waiter - kept * one.snapshot, 'B', allowed.waiter);
}

compare(await measureAll());
if (chosen.includes('memory')) {
  await showMemory('with ListTasks', '1.0');
  await showMemory('no ListTasks', '0.3');
}

for (const fault of faults) console.error(`✗ ${fault}`);
if (given.check && faults.length > 0) process.exitCode = 1;
