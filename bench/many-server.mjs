import { monitorEventLoopDelay } from 'node:perf_hooks';

// The server of many.mjs, in a process of its own: tasks that wait for one sign, and then take their time each.

const dist = path => new URL(`../dist/node/${path}`, import.meta.url);
const { A2AClient } = await import(dist('index.js'));
const { artifact, completed, createReferenceServer, working } = await import(dist('testing/index.js'));
const { listen } = await import(dist('testing/node.js'));

/** Since the machine started: the same clock in every process, which nobody sets. */
const now = () => Number(process.hrtime.bigint()) / 1e6;

const stalls = monitorEventLoopDelay({ resolution: 10 });
/** By the name of the method. */
const counts = {};
/** When each task ended. */
const ended = new Map();
let open;
const released = new Promise(resolve => {
  open = resolve;
});
let cpuBefore;
/** CPU of the beginning, when most tasks end, s. */
let cpuAtFirst;

/** @param said what a task says while it is at work */
async function prepare({ dialect, durations, said }) {
  const server = createReferenceServer({
    dialect,
    maxTasks: durations.length,
    async *agent(turn) {
      await released;
      yield working(said);
      await turn.sleep(Number(turn.text));
      yield artifact('Done.');
      ended.set(turn.taskId, now());
      yield completed();
    },
  });
  const ids = await submit(server, dialect, durations);
  server.requests.length = 0;
  const { url } = await listen({ url: server.url, handle: counting(server) });
  return { url, ids };
}

/** Not over HTTP: that would only take longer. */
async function submit(server, dialect, durations) {
  const client = new A2AClient(server.url, { fetch: server.fetch, dialect });
  const ids = [];
  for (const duration of durations) {
    const { id } = await client.sendMessage(String(duration), { returnImmediately: true });
    ids.push(id);
  }
  await client.close();
  return ids;
}

function counting(server) {
  return async request => {
    const response = await server.handle(request);
    // Taken out: the log keeps the last ones only.
    for (const { rpcMethod = 'card' } of server.requests.splice(0)) {
      counts[rpcMethod] = (counts[rpcMethod] ?? 0) + 1;
    }
    return response;
  };
}

/** @param first ms */
function release({ first }) {
  stalls.enable();
  cpuBefore = process.cpuUsage();
  setTimeout(() => {
    cpuAtFirst = cpuSince();
  }, first);
  open();
}

function cpuSince() {
  const { user, system } = process.cpuUsage(cpuBefore);
  return (user + system) / 1e6;
}

function report() {
  const cpu = cpuSince();
  return { counts, ended, cpu, cpuAtFirst: cpuAtFirst ?? cpu, stall: stalls.max / 1e9 };
}

const commands = { prepare, release, report };
process.on('message', async ({ command, ...settings }) => {
  process.send((await commands[command](settings)) ?? {});
});
// It ends with the process that started it.
process.on('disconnect', () => process.exit());
