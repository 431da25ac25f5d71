import { clients } from './clients.mjs';

/** One contestant in a process of its own: node <file> <client> <settings as JSON>. Prints what it measured. */
export async function contest(work) {
  const [name, given] = process.argv.slice(2);
  const settings = JSON.parse(given);
  const client = await clients[name](settings.base, settings.path);
  process.stdout.write(JSON.stringify(await work(client, settings)));
}

/** µs for each of so many: by the clock, and of this process's CPU. */
export async function measure(count, work) {
  const cpuBefore = process.cpuUsage();
  const begun = performance.now();
  await work();
  const wall = ((performance.now() - begun) * 1_000) / count;
  const { user, system } = process.cpuUsage(cpuBefore);
  return { wall, cpu: (user + system) / count };
}
