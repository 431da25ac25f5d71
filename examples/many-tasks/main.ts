// A few hundred tasks at once, with a bar that grows as they end. No network and no key: the agent runs here.
import assert from 'node:assert/strict';
import { A2AClient, isTask, textOf } from 'a2a-await';
import { artifact, createReferenceServer, failed } from 'a2a-await/testing';

const count = 300;

// Somebody else's agent: most of what it is given takes it up to two seconds, and some of it is too much for it.
await using server = createReferenceServer({
  async *agent(turn) {
    await turn.sleep(200 + ((Number(turn.text) * 37) % 1_800));
    if (turn.text.endsWith('99')) yield failed('That is too much.');
    else yield artifact(`${turn.text} squared is ${Number(turn.text) ** 2}`);
  },
});

await using client = new A2AClient(server.url, { fetch: server.fetch });

const sent = await Promise.all(
  Array.from({ length: count }, (_, nth) => client.sendMessage(String(nth), { returnImmediately: true })),
);

// The bar is drawn anew where there is a terminal, and once in the end where there is none.
const width = 40;
function draw(done: number): void {
  const filled = Math.round((done / count) * width);
  const bar = `${'█'.repeat(filled)}${'·'.repeat(width - filled)} ${done} of ${count}`;
  if (process.stdout.isTTY) process.stdout.write(`\r${bar}${done === count ? '\n' : ''}`);
  else if (done === count) console.log(bar);
}

const results: string[] = [];
const failures: unknown[] = [];
for await (const each of client.waitAll(sent.filter(isTask), { timeout: 20_000 })) {
  if (each.ok) results.push(textOf(each.task));
  else failures.push(each.error);
  draw(results.length + failures.length);
}

for (const error of failures) console.log(String(error));
assert.equal(results.length, count - 3);
assert(results.includes('12 squared is 144'));
assert.equal(failures.length, 3);

// So many questions it took: a list tells of all of them together.
const asked = server.requests.filter(({ rpcMethod }) => /GetTask|ListTasks/.test(rpcMethod ?? '')).length;
console.log(`${asked} requests to wait for ${count} tasks`);
assert(asked < count, `it took ${asked} requests`);
