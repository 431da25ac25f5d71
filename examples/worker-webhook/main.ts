// An edge worker orders, is replaced by its next version, and that one is told of the end: all it needs is stored.
import assert from 'node:assert/strict';
import { setTimeout } from 'node:timers/promises';
import { artifact, createReferenceServer, working } from 'a2a-await/testing';
import { listen } from 'a2a-await/testing/node';
import { deployWorker } from '../deployed-worker.js';

let finish = () => {};
const finished = new Promise<void>(resolve => {
  finish = resolve;
});
const push = { allowPrivate: true };
await using server = createReferenceServer({
  push,
  async *agent(turn) {
    yield working();
    // As long as the story needs.
    if (turn.text === 'olives') await finished;
    yield artifact(`Report on ${turn.text}: the harvest doubled.`);
  },
});
await using agent = await listen(server);

const { worker, origin, deployAnew } = await deployWorker(new URL('worker.ts', import.meta.url), {
  kvNamespaces: ['TASKS'],
  bindings: { AGENT: agent.url, TOKEN: 'a secret of the two' },
});

async function order(topic: string): Promise<string> {
  const answer = await fetch(origin, { method: 'POST', body: topic });
  assert.equal(answer.status, 202);
  return answer.text();
}
const report = async (id: string) => (await fetch(`${origin}/${id}`)).text();
const questions = () => server.requests.filter(({ rpcMethod }) => rpcMethod === 'GetTask').length;

const olives = await order('olives');
await deployAnew();
console.log('The worker that ordered is gone.');

// Whoever does not know the token is not let in.
const forged = await fetch(`${origin}/a2a`, {
  method: 'POST',
  headers: { 'content-type': 'application/json', 'x-a2a-notification-token': 'a guess' },
  body: JSON.stringify({ statusUpdate: { taskId: olives, status: { state: 'TASK_STATE_COMPLETED' } } }),
});
assert.equal(forged.status, 401);
assert.equal(await report(olives), 'not yet');
assert.equal(questions(), 0);

finish();
while ((await report(olives)) === 'not yet') await setTimeout(50);
console.log(`Its successor was notified: ${await report(olives)}`);
assert.equal(await report(olives), 'Report on olives: the harvest doubled.');
assert.equal(questions(), 1);

// The next one ends, and nobody is notified.
server.use({ push: { ...push, mishap: 'lose' } });
const oil = await order('oil');
while (server.tasks.get(oil)?.status.state !== 'completed') await setTimeout(50);
assert.equal(await report(oil), 'not yet');
const deployed = (await worker.getWorker()) as unknown as { scheduled(at: object): Promise<unknown> };
await deployed.scheduled({ cron: '* * * * *' });
console.log(`The cron trigger looked: ${await report(oil)}`);
assert.equal(await report(oil), 'Report on oil: the harvest doubled.');
assert.equal(questions(), 2);

await worker.dispose();
