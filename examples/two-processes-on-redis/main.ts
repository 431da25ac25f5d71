// One process waits, and another receives the notifications; that one is killed in the middle, and its successor goes on.
// They share nothing but a Redis.
import assert from 'node:assert/strict';
import { type ChildProcess, fork } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { artifact, createReferenceServer, working } from 'a2a-await/testing';
import { listen } from 'a2a-await/testing/node';
import { freePort, noRedis, startRedis } from '../../test/redis/server.js';
import { skip } from '../skip.js';
import type { Shared } from './shared.js';

if (noRedis) skip('there is no redis-server here, and REDIS_URL is not set');
let finish = () => {};
const finished = new Promise<void>(resolve => {
  finish = resolve;
});
await using server = createReferenceServer({
  push: { allowPrivate: true },
  async *agent(turn) {
    yield working();
    await finished;
    yield artifact(`Report on ${turn.text}: the harvest doubled.`);
  },
});
await using agent = await listen(server);
const redis = await startRedis();
const shared: Shared = {
  redisUrl: redis.url,
  prefix: `example-${randomUUID()}:`,
  port: await freePort(),
  agentUrl: agent.url,
};
const children: ChildProcess[] = [];
const start = (role: 'wait' | 'receive') => {
  const child = fork(fileURLToPath(new URL(`${role}.ts`, import.meta.url)), [JSON.stringify(shared)]);
  children.push(child);
  return child;
};
try {
  const first = start('receive');
  await once(first, 'message');
  const waiting = start('wait');
  const said: string[] = [];
  waiting.on('message', message => said.push(String(message)));
  // Notified so far: that there is a task, and that it is at work.
  while (!said.includes('notified') || server.notifications.length < 2) await setTimeout(20);
  first.kill('SIGKILL');
  await once(first, 'exit');
  console.log('The process that received is dead; the other one waits.');

  const second = start('receive');
  await once(second, 'message');
  const before = said.length;
  finish();
  await once(waiting, 'exit');
  console.log(`The one that waits, after another took over: ${said.slice(before).join(', ')}`);
  assert.equal(said[0], 'push');
  assert.equal(said[before], 'notified');
  assert.equal(said.at(-1), 'Report on olives: the harvest doubled.');
  assert.equal(waiting.exitCode, 0);
} finally {
  for (const child of children) child.kill('SIGKILL');
  await redis.stop();
}
