// An edge worker orders, is replaced by its next version, and that one is told of the end: all it needs is stored.
import assert from 'node:assert/strict';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { artifact, createReferenceServer, working } from 'a2a-await/testing';
import { listen } from 'a2a-await/testing/node';
import { build } from 'esbuild';
import { Miniflare } from 'miniflare';

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

const root = fileURLToPath(new URL('../../', import.meta.url));
const { outputFiles } = await build({
  entryPoints: [fileURLToPath(new URL('worker.ts', import.meta.url))],
  bundle: true,
  write: false,
  format: 'esm',
  target: 'es2022',
  // Resolves 'a2a-await' to src, so that no build is needed.
  tsconfig: `${root}tsconfig.test.json`,
});

const version = (port: number) => ({
  modules: true as const,
  script: outputFiles[0]?.text ?? '',
  compatibilityDate: '2026-04-15',
  kvNamespaces: ['TASKS'],
  bindings: { AGENT: agent.url, ORIGIN: `http://127.0.0.1:${port}`, TOKEN: 'a secret of the two' },
  host: '127.0.0.1',
  port,
});
const worker = new Miniflare(version(0));
const { origin, port } = await worker.ready;
// It must know its own address, which in production is known before.
const deployAnew = () => worker.setOptions(version(Number(port)));
await deployAnew();

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
