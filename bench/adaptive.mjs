import { existsSync } from 'node:fs';
import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

// How late AdaptiveClient knows of an end, over loopback: from the notification that is sent, or the agent's last step, to
// `settled`. And how late where all of that is lost. What the figures mean: README.md.

const { values: given } = parseArgs({
  options: {
    check: { type: 'boolean', default: false },
    tasks: { type: 'string', default: '200' },
    lost: { type: 'string', default: '60' },
  },
});

const dist = path => new URL(`../dist/node/${path}`, import.meta.url);
if (!existsSync(fileURLToPath(dist('index.js')))) throw new Error('There is no dist/: build first.');
const { A2AClient, AdaptiveClient } = await import(dist('index.js'));
const { artifact, completed, createReferenceServer, working } = await import(dist('testing/index.js'));
const { listen } = await import(dist('testing/node.js'));
const { createWebhookReceiver } = await import(dist('webhook/index.js'));
const { toNodeHandler } = await import(dist('webhook/node.js'));

/** ms: the median and the 95th percentile. */
const allowed = { median: 50, p95: 150 };
/** Tasks at work at the same time. */
const together = 10;
/** Of a pause: the schedules add so much, or take it away. */
const jitter = 0.15;
/** For requests, timers and whatever else the machine does, ms. */
const tolerance = 500;

/** How long a task is at work, in ms; long enough for a channel to be open. */
const short = () => 300 + Math.random() * 300;
const long = () => 1_000 + Math.random() * 19_000;

/** How late asking alone may be, by how long the task was at work. */
const polled = duration => Math.max(500, duration / 4);
const besides = duration => Math.max(5_000, duration / 2);

const contestants = [
  { name: 'notifications', hasWebhook: true, strategy: 'push' },
  { name: 'a stream', strategy: 'stream' },
  { name: 'notifications, all lost', hasWebhook: true, strategy: 'push', lost: besides },
  { name: 'a stream that falls silent', strategy: 'stream', lost: besides },
  { name: 'neither to be had', strategy: 'poll', lost: polled },
];

/** When each task was over, as far as whoever is told could know. */
const ended = new Map();

/** As the platform's fetch, and notes when an end is sent. */
async function notify(request, init) {
  const { statusUpdate } = await request.clone().json();
  if (statusUpdate?.status.state === 'TASK_STATE_COMPLETED') {
    ended.set(statusUpdate.taskId, performance.now());
  }
  return fetch(request, init);
}

/** As the platform's fetch, but of a stream there comes the beginning only. */
async function silence(url, init) {
  const response = await fetch(url, init);
  if (!response.headers.get('content-type')?.startsWith('text/event-stream')) return response;
  const reader = response.body.getReader();
  let isBegun = false;
  const body = new ReadableStream({
    async pull(controller) {
      if (isBegun) return new Promise(() => {});
      isBegun = true;
      controller.enqueue((await reader.read()).value);
    },
    cancel: reason => reader.cancel(reason),
  });
  return new Response(body, { status: response.status, headers: response.headers });
}

async function measure({ hasWebhook, strategy, lost }) {
  const server = createReferenceServer({
    push: hasWebhook && { allowPrivate: true, fetch: notify, ...(lost && { mishap: 'lose' }) },
    async *agent(turn) {
      yield working();
      await turn.sleep(Number(turn.text));
      yield artifact('Done.');
      ended.set(turn.taskId, performance.now());
      yield completed();
    },
  });
  const listening = await listen(server);
  const hook = createServer();
  await new Promise(resolve => hook.listen(0, '127.0.0.1', resolve));
  const receiver = createWebhookReceiver({ url: `http://127.0.0.1:${hook.address().port}/hook` });
  hook.on('request', toNodeHandler(receiver));

  const client = new A2AClient(listening.url, lost && { fetch: silence });
  const options = hasWebhook ? { webhook: receiver } : { strategies: [strategy] };
  const shared = new AdaptiveClient(client, options);
  const seen = [];
  const run = async duration => {
    // Whoever has missed a notification relies on none any more.
    const adaptive = lost ? new AdaptiveClient(client, options) : shared;
    const chosen = [];
    let late = Number.NaN;
    let id;
    const onStrategy = event => chosen.push(event);
    const onSettled = ({ taskId, task }) => {
      if (taskId !== id) return;
      if (task.status.state !== 'completed') throw new Error(`It ended ${task.status.state}.`);
      late = performance.now() - ended.get(taskId);
    };
    adaptive.on('strategy', onStrategy);
    adaptive.on('settled', onSettled);
    const handle = await adaptive.submitTask(String(duration));
    id = handle.id;
    await handle.wait();
    adaptive.off('strategy', onStrategy);
    adaptive.off('settled', onSettled);
    const first = chosen.find(({ taskId }) => taskId === id);
    if (first?.strategy !== strategy) throw new Error(`It was told by ${first?.strategy}, not ${strategy}.`);
    seen.push({ late, duration });
    if (lost) await adaptive.close();
  };

  let left = Number(lost ? given.lost : given.tasks);
  const work = async () => {
    while (left > 0) {
      left -= 1;
      await run((lost ? long : short)());
    }
  };
  // What is lost takes its time: all of it at once.
  await Promise.all(Array.from({ length: lost ? left : together }, work));
  await shared.close();
  await client.close();
  await listening.close();
  await server.close();
  await receiver.close();
  hook.closeAllConnections();
  await new Promise(resolve => hook.close(resolve));
  return seen;
}

const quantile = (values, share) =>
  values.toSorted((one, other) => one - other)[Math.ceil(share * values.length) - 1];

const faults = [];
const show = async contestant => {
  const { name, lost } = contestant;
  const seen = await measure(contestant);
  const times = seen.map(({ late }) => late);
  const [median, p95, most] = [0.5, 0.95, 1].map(share => quantile(times, share));
  const shown = [median, p95, most].map(ms => `${ms.toFixed(1).padStart(8)} ms`).join('');
  if (!lost) {
    if (median > allowed.median || p95 > allowed.p95) faults.push(`${name}: ${shown}`);
    console.log(`${name.padEnd(28)}${shown}   of ${seen.length}`);
    return;
  }
  const bound = duration => lost(duration) * (1 + jitter) + tolerance;
  const tooLate = seen.filter(({ late, duration }) => !(late <= bound(duration)));
  if (tooLate.length > 0) faults.push(`${name}: ${tooLate.length} later than by its schedule.`);
  const kept = seen.length - tooLate.length;
  console.log(`${name.padEnd(28)}${shown}   ${kept} of ${seen.length} within the schedule`);
};

console.log(`${''.padEnd(28)}     median        95 %        most`);
// The first of it compiles the code.
await measure({ ...contestants[0] });
await measure({ ...contestants[1] });
for (const contestant of contestants.filter(({ lost }) => !lost)) await show(contestant);
await Promise.all(contestants.filter(({ lost }) => lost).map(show));

if (given.check && faults.length > 0) {
  for (const fault of faults) console.error(`✗ ${fault}`);
  process.exitCode = 1;
}
