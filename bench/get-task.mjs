import { clients } from './clients.mjs';

// One contestant in a process of its own: node get-task.mjs <client> <settings as JSON>. Prints what it measured.

const [name, given] = process.argv.slice(2);
const { base, taskId, path, calls, batches, together } = JSON.parse(given);

const getTask = await clients[name](base, path);
const first = await getTask(taskId);
// Node counts from the start of the process.
const startUp = performance.now();
if (first.id !== taskId) throw new Error(`${name} did not get the task.`);

async function oneByOne(count) {
  for (let call = 0; call < count; call += 1) await getTask(taskId);
}

async function manyAtOnce(count) {
  for (let batch = 0; batch < count; batch += 1) {
    await Promise.all(Array.from({ length: together }, () => getTask(taskId)));
  }
}

/** µs a call: by the clock, and of this process's CPU. */
async function measure(count, work) {
  const cpuBefore = process.cpuUsage();
  const begun = performance.now();
  await work();
  const wall = ((performance.now() - begun) * 1_000) / count;
  const { user, system } = process.cpuUsage(cpuBefore);
  return { wall, cpu: (user + system) / count };
}

// Compiles the code and opens the connections.
await oneByOne(calls / 4);
await manyAtOnce(batches / 4);
const sequential = await measure(calls, () => oneByOne(calls));
const concurrent = await measure(batches * together, () => manyAtOnce(batches));

process.stdout.write(JSON.stringify({ startUp, sequential, concurrent }));
