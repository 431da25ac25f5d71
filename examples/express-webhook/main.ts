// An Express application hands work to an agent and is told when it is done: the webhook lies beside its own routes.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { AdaptiveClient, textOf } from 'a2a-await';
import { artifact, createReferenceServer, working } from 'a2a-await/testing';
import { listen } from 'a2a-await/testing/node';
import { createWebhookReceiver } from 'a2a-await/webhook';
import { toNodeHandler } from 'a2a-await/webhook/node';
import express from 'express';

// Somebody else's agent. This one may notify the machine it runs on, which others refuse.
await using server = createReferenceServer({
  push: { allowPrivate: true },
  async *agent(turn) {
    yield working();
    await turn.sleep(2_000);
    yield artifact(`Report on ${turn.text}: the harvest doubled.`);
  },
});
await using agent = await listen(server);

const app = express();
const web = app.listen(0, '127.0.0.1');
await once(web, 'listening');
const origin = `http://127.0.0.1:${(web.address() as AddressInfo).port}`;

/** What passed between the two, in order, for the asserts below. */
const passed: string[] = [];

// In production, `https://app.example/a2a`.
await using receiver = createWebhookReceiver({ url: `${origin}/a2a` });
await using adaptive = new AdaptiveClient(agent.url, {
  webhook: receiver,
  hooks: { onRequest: ({ operation }) => passed.push(operation) },
});
const strategies: string[] = [];
adaptive.on('strategy', ({ strategy, reason }) => {
  strategies.push(strategy);
  console.log(`${strategy}: ${reason}`);
});
adaptive.on('notification', () => passed.push('notification'));
const notified = new Promise(resolve => adaptive.once('notification', resolve));
const settled = new Promise(resolve => adaptive.once('settled', resolve));

const accessLog: string[] = [];
app.use((request, _, next) => {
  accessLog.push(request.originalUrl);
  next();
});
// Before any parser of bodies: what signatures are over are the bytes as they came.
app.use('/a2a', toNodeHandler(receiver));

const reports = new Map<string, string>();
app.post('/reports', express.json(), async (request, response) => {
  const handle = await adaptive.submitTask(request.body.topic);
  assert(handle.kind === 'task-handle');
  reports.set(handle.id, 'not yet');
  handle.wait({ timeout: 20_000 }).then(
    done => reports.set(handle.id, textOf(done)),
    error => reports.set(handle.id, `There is none: ${error.message}`),
  );
  // The wait goes on after the answer.
  response.status(202).json({ id: handle.id });
});
app.get('/reports/:id', (request, response) => {
  response.send(reports.get(request.params.id) ?? 'unknown');
});

const ordered = await fetch(`${origin}/reports`, {
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: '{"topic":"olives"}',
});
assert.equal(ordered.status, 202);
const { id } = (await ordered.json()) as { id: string };
const report = async () => (await fetch(`${origin}/reports/${id}`)).text();

// Somebody who has read the access log, and so knows the task's url, but not its token, says that it is done.
await notified;
const path = accessLog.find(each => each.startsWith('/a2a/'));
const forged = await fetch(`${origin}${path}`, {
  method: 'POST',
  headers: { 'content-type': 'application/json', 'x-a2a-notification-token': 'a guess' },
  body: JSON.stringify({ statusUpdate: { taskId: id, status: { state: 'TASK_STATE_COMPLETED' } } }),
});
console.log(`a forged notification: ${forged.status}`);
assert.equal(forged.status, 401);
assert.equal(await report(), 'not yet');

await settled;
console.log(await report());
assert.equal(await report(), 'Report on olives: the harvest doubled.');

// The agent was asked how the task stands only when a notification gave cause to.
console.log(passed.join(', '));
const waiting = passed.filter(each => each === 'notification' || each === 'GetTask');
const asked = waiting.filter(each => each === 'GetTask').length;
assert.deepEqual(strategies, ['push']);
assert.equal(waiting[0], 'notification');
assert(asked > 0 && asked <= waiting.length / 2, `${waiting}`);

web.close();
web.closeAllConnections();
