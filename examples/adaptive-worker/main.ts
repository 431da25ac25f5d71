// An edge worker lets a Durable Object wait for its tasks, which is notified; it is replaced in the middle, and goes on.
import assert from 'node:assert/strict';
import { setTimeout } from 'node:timers/promises';
import { artifact, createReferenceServer, working } from 'a2a-await/testing';
import { listen } from 'a2a-await/testing/node';
import { deployWorker } from '../deployed-worker.js';

let finish = () => {};
const finished = new Promise<void>(resolve => {
  finish = resolve;
});
await using server = createReferenceServer({
  push: { allowPrivate: true },
  async *agent(turn) {
    yield working();
    // As long as the story needs.
    if (turn.text === 'oil') await finished;
    else await turn.sleep(1_500);
    yield artifact(`Report on ${turn.text}: the harvest doubled.`);
  },
});
await using agent = await listen(server);

const { worker, origin, deployAnew } = await deployWorker(new URL('worker.ts', import.meta.url), {
  durableObjects: { DESK: 'Desk' },
  bindings: { AGENT: agent.url },
});

async function order(topic: string): Promise<string> {
  const answer = await fetch(origin, { method: 'POST', body: topic });
  assert.equal(answer.status, 202);
  return answer.text();
}

interface Report {
  result?: string;
  strategy?: string;
}
async function report(id: string): Promise<Report> {
  for (let tries = 0; tries < 100; tries += 1) {
    const seen = (await (await fetch(`${origin}/${id}`)).json()) as Report;
    if (seen.result) return seen;
    await setTimeout(100);
  }
  throw new Error(`There is no report of ${id}.`);
}

const olives = await order('olives');
const first = await report(olives);
console.log(`By ${first.strategy}: ${first.result}`);
assert.deepEqual(first, { result: 'Report on olives: the harvest doubled.', strategy: 'push' });
assert(server.notifications.some(({ taskId, status }) => taskId === olives && status === 204));

const oil = await order('oil');
await deployAnew();
console.log('The next version is there, and has taken up what the first one waited for.');
finish();
const second = await report(oil);
console.log(`By ${second.strategy}: ${second.result}`);
assert.equal(second.result, 'Report on oil: the harvest doubled.');
assert.equal(server.tasks.size, 2);

await worker.dispose();
