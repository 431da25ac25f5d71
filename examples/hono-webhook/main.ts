// A Hono application is notified at one signed url, whose secret changes while tasks are at work, and by AdaptiveClient below it.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { serve } from '@hono/node-server';
import { A2AClient, AdaptiveClient, isTask, textOf } from 'a2a-await';
import { artifact, createReferenceServer, working } from 'a2a-await/testing';
import { listen } from 'a2a-await/testing/node';
import { createWebhookReceiver, hmac, signPayload } from 'a2a-await/webhook';
import { Hono } from 'hono';

// Somebody else's agent, which signs as PraisonAI's guide has it: X-Webhook-Signature: sha256=…
const signing = (secret: string) => ({ push: { allowPrivate: true, sign: { secret } } });
await using server = createReferenceServer({
  ...signing('spring'),
  async *agent(turn) {
    yield working();
    await turn.sleep(turn.text === 'olives' ? 700 : 1_800);
    yield artifact(`Report on ${turn.text}.`);
  },
});
await using agent = await listen(server);

const app = new Hono();
const web = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' });
await once(web, 'listening');
const url = `http://127.0.0.1:${(web.address() as AddressInfo).port}/a2a`;

/** As they stand in a vault: asked for at each notification, so that a change needs no restart. */
let secrets = ['spring'];
const ends: string[] = [];
await using receiver = createWebhookReceiver({
  url,
  shared: hmac({ secret: () => secrets }),
  onNotification({ taskId = '', task }) {
    if (isTask(task) && task.status.state === 'completed') ends.push(taskId);
  },
});
const refused: number[] = [];
receiver.on('refused', ({ status, message }) => {
  refused.push(status);
  console.log(`refused: ${status} ${message}`);
});
app.on('POST', ['/a2a', '/a2a/*'], context => receiver.handle(context.req.raw));
app.get('/', context => context.text('The rest of the application'));

await using client = new A2AClient(agent.url);
async function order(topic: string): Promise<string> {
  const sent = await client.sendMessage(topic, { returnImmediately: true, pushNotification: { url } });
  assert(isTask(sent));
  return sent.id;
}
const ids = [await order('olives'), await order('oil')] as const;

// Our side first. Both are right for as long as the agent's side needs: no notification falls into a gap.
secrets = ['summer', 'spring'];

// With a `source`, what a notification says is asked after, and a task whose notification gets lost is found all the same.
const wait = (id: string) => receiver.wait(id, { source: client, timeout: 15_000 });
const first = await wait(ids[0]);
console.log(`${textOf(first)} Its notifications were signed with "spring".`);

server.use(signing('summer'));
const second = await wait(ids[1]);
console.log(`${textOf(second)} Those since then were signed with "summer".`);
secrets = ['summer'];

assert.equal(textOf(first), 'Report on olives.');
assert.equal(textOf(second), 'Report on oil.');
assert.deepEqual(ends, [...ids]);
assert.deepEqual(refused, []);

// Whoever has got hold of the old secret comes too late.
const body = JSON.stringify({ taskId: ids[1], status: { state: 'failed' }, timestamp: null });
const headers = {
  'content-type': 'application/json',
  'x-webhook-signature': await signPayload(body, 'spring'),
};
const forged = await fetch(url, { method: 'POST', headers, body });
assert.equal(forged.status, 401);
assert.deepEqual(refused, [401]);

// AdaptiveClient names a url of its own for each task, with a token, and is told at that.
await using adaptive = new AdaptiveClient(client, { webhook: receiver });
const heard: string[] = [];
adaptive.on('strategy', ({ strategy }) => heard.push(strategy));
adaptive.on('notification', () => heard.push('notification'));
const third = await adaptive.run('presses', { timeout: 15_000 });
console.log(`${textOf(third)} By ${heard.join(', ')}.`);
assert.equal(textOf(third), 'Report on presses.');
assert.equal(heard[0], 'push');
assert(heard.includes('notification'));

web.close();
