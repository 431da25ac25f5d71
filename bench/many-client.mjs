import { setTimeout as sleep } from 'node:timers/promises';

// Who waits in many.mjs, in a process of its own, so that memory and CPU are the client's alone.

/** Since the machine started: the same clock in every process, which nobody sets. */
const now = () => Number(process.hrtime.bigint()) / 1e6;

const isOver = task => ['completed', 'failed', 'canceled', 'rejected'].includes(task.status.state);

/** Each waits for all of the tasks, and tells of each as soon as it knows. */
const ways = {
  async waitAll(client, ids, tell, options) {
    for await (const { id, task, error } of client.waitAll(ids, options)) tell(id, task, error);
  },
  async each(client, ids, tell, { timeout }) {
    const wait = async id => tell(id, await client.waitForCompletion(id, { timeout }));
    await Promise.all(ids.map(id => wait(id).catch(error => tell(id, undefined, error))));
  },
  async recipe(client, ids, tell) {
    const wait = async id => {
      for (let delay = 1_000; ; delay = Math.min(delay * 1.5, 30_000)) {
        const task = await client.getTask(id);
        if (isOver(task)) return tell(id, task);
        await sleep(delay);
      }
    };
    await Promise.all(ids.map(id => wait(id).catch(error => tell(id, undefined, error))));
  },
  // By bare fetch, once for each, as soon as it is over: whoever needs a getTask for each cannot be faster.
  async floor(_, ids, tell, { durations, url }) {
    const begun = performance.now();
    const waiting = ids
      .map((id, nth) => ({ id, at: durations[nth] }))
      .sort((one, other) => other.at - one.at);
    const work = async () => {
      for (let next = waiting.pop(); next; next = waiting.pop()) {
        const early = next.at + certainly - (performance.now() - begun);
        if (early > 0) await sleep(early);
        tell(next.id, await completedTask(url, next.id));
      }
    };
    await Promise.all(Array.from({ length: 32 }, work));
  },
};

/** How long after its time a task is over as a rule, ms: timers are late. */
const certainly = 50;

/** By nothing but the platform's fetch. */
async function completedTask(url, id) {
  for (;;) {
    const response = await counted(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'a2a-version': '1.0' },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'GetTask', params: { id } }),
    });
    const { result } = JSON.parse(await response.text());
    if (result.status.state === 'TASK_STATE_COMPLETED') return { ...result, status: { state: 'completed' } };
    await sleep(250);
  }
}

let client;
let endpoint;
let another;
let inFlight = 0;
let mostInFlight = 0;

/** As the platform's fetch. Counted here: of many requests at once the server sees those that it has not answered yet. */
async function counted(url, init) {
  inFlight += 1;
  mostInFlight = Math.max(mostInFlight, inFlight);
  try {
    return await fetch(url, init);
  } finally {
    inFlight -= 1;
  }
}

async function connect({ path, url }) {
  const { A2AClient } = await import(path);
  another = () => new A2AClient(url, { fetch: counted });
  client = another();
  endpoint = url;
  await client.connect();
}

/** Waits for all; after `patience` ms with what there is. */
async function wait({ way, ids, patience, includeArtifacts, durations }) {
  /** When the end of each was known. */
  const known = new Map();
  const amiss = [];
  const tell = (id, task, error) => {
    const problem =
      problemOf(task, error, includeArtifacts) ?? (known.has(id) ? 'was told twice' : undefined);
    known.set(id, now());
    if (problem) amiss.push(`${id} ${problem}`);
  };
  const started = process.memoryUsage().rss;
  const before = process.cpuUsage();
  const waiting = ways[way](client, ids, tell, {
    includeArtifacts,
    timeout: patience,
    durations,
    url: endpoint,
  });
  const failure = waiting.catch(error => amiss.push(`${way} threw ${error}`));
  await Promise.race([failure, sleep(patience + 5_000)]);
  const { user, system } = process.cpuUsage(before);
  // In kB.
  const { maxRSS } = process.resourceUsage();
  return {
    known,
    amiss,
    inFlight: mostInFlight,
    cpu: (user + system) / 1e6,
    rssBefore: started / 1e6,
    rss: (maxRSS * 1_024) / 1e6,
  };
}

function problemOf(task, error, includeArtifacts) {
  if (!task) return `failed: ${error}`;
  if (task.status.state !== 'completed') return `is ${task.status.state}`;
  if (includeArtifacts && task.artifacts.length === 0) return 'came without its artifact';
  return undefined;
}

let held;

/** Starts to wait for tasks that do not end. */
async function hold({ ids }) {
  // So that the code is compiled and the connections are open before anything is weighed.
  const former = another();
  const few = begin(former, ids.slice(0, 200));
  await sleep(3_000);
  await few.stop();
  await former.close();
  const before = await heap();
  held = { ids, before, ...begin(client, ids) };
}

function begin(client, ids) {
  const controller = new AbortController();
  const options = { signal: controller.signal, timeout: 600_000 };
  const first = client.waitAll(ids, options)[Symbol.asyncIterator]().next();
  const stopped = first.then(
    ({ value }) => {
      if (!controller.signal.aborted)
        throw new Error(`A task that is at work settled: ${JSON.stringify(value)}`);
    },
    error => {
      if (!controller.signal.aborted) throw error;
    },
  );
  // Looked at in the end.
  stopped.catch(() => {});
  const stop = () => {
    controller.abort();
    return stopped;
  };
  return { stop };
}

/** Bytes of a waiter, and of a task as this client has it. */
async function weigh({ lists }) {
  const { ids, before, stop } = held;
  const waiter = ((await heap()) - before) / ids.length;
  await stop();
  held = undefined;
  const without = await heap();
  const fetched = await fetchAll(ids, lists);
  // Of what a list tells, who waits keeps a copy without what it was read from, and without what it made.
  const kept = task => JSON.parse(JSON.stringify({ ...task, artifacts: [], history: [] }));
  const tasks = lists ? fetched.splice(0).map(kept) : fetched;
  const snapshot = ((await heap()) - without) / tasks.length;
  if (tasks.length !== ids.length) throw new Error(`Of ${ids.length} tasks ${tasks.length} were listed.`);
  return { waiter, snapshot };
}

async function fetchAll(ids, lists) {
  const tasks = [];
  if (lists) for await (const task of client.iterateTasks({ pageSize: 100 })) tasks.push(task);
  const left = lists ? [] : [...ids];
  const work = async () => {
    while (left.length > 0) tasks.push(await client.getTask(left.pop()));
  };
  await Promise.all(Array.from({ length: 32 }, work));
  return tasks;
}

/** Bytes in use, without what is garbage. */
async function heap() {
  for (let round = 0; round < 3; round += 1) {
    globalThis.gc();
    // What was waiting for the collection gets its turn.
    await sleep(50);
  }
  globalThis.gc();
  return process.memoryUsage().heapUsed;
}

const commands = { connect, wait, hold, weigh };
process.on('message', async ({ command, ...settings }) => {
  process.send((await commands[command](settings)) ?? {});
});
// It ends with the process that started it.
process.on('disconnect', () => process.exit());
