// Hands work to a real PraisonAI agent, agent.py: its own A2A server, in a Python process.
// By hand: pip install praisonaiagents fastapi uvicorn && python agent.py, and in the client http://127.0.0.1:8000.
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { A2AClient, AdaptiveClient, TaskFailedError, textOf, UnsupportedOperationError } from 'a2a-await';
import { createWebhookReceiver } from 'a2a-await/webhook';
import { installs, missing, pythonOf } from '../../test/interop/installs.mjs';
import { skip } from '../skip.js';

const environment = installs.find(({ name }) => name === 'praison');
assert(environment);
const reason = missing(environment);
if (reason) skip(`there is no PraisonAI here (${reason})`);

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  assert(address && typeof address === 'object');
  return address.port;
}

/** Resolves when uvicorn says that it serves. */
async function serves(child: ChildProcess): Promise<void> {
  assert(child.stderr);
  const said: string[] = [];
  for await (const line of createInterface(child.stderr)) {
    said.push(line);
    if (line.includes('Uvicorn running')) return;
  }
  throw new Error(`agent.py ended:\n${said.join('\n')}`);
}

const port = await freePort();
const script = fileURLToPath(new URL('agent.py', import.meta.url));
const python = spawn(pythonOf(environment), [script, String(port)], {
  stdio: ['ignore', 'ignore', 'pipe'],
  env: { ...process.env, PRAISONAI_TELEMETRY_DISABLED: 'true' },
});
process.once('exit', () => python.kill('SIGKILL'));
await serves(python);
const url = `http://127.0.0.1:${port}`;

await using client = new A2AClient(url);
const { dialect } = await client.connect();
const card = await client.getAgentCard();
console.log(`${card.name} speaks A2A as PraisonAI does (${dialect})`);
assert.equal(dialect, 'praison');

const sent = await client.sendMessage('olives', { returnImmediately: true });
const states: string[] = [];
const done = await client.waitForCompletion(sent, {
  timeout: 15_000,
  onUpdate: ({ status }) => states.push(status.state),
});
console.log(`${states.join(', ')}: ${textOf(done)}`);
assert.equal(textOf(done), 'Report on olives: the harvest doubled.');
assert.equal(states.at(-1), 'completed');

const failure = await client.run('nothing', { timeout: 15_000 }).catch((error: unknown) => error);
console.log(String(failure));
assert(failure instanceof TaskFailedError);

// It notifies nobody, and its streams cannot be taken up again: so it is asked, though there is a webhook.
const oil = await client.sendMessage('oil', { returnImmediately: true });
assert(oil.kind === 'task');
const stream = await client
  .subscribe(oil.id)
  .next()
  .catch((error: unknown) => error);
console.log(String(stream));
assert(stream instanceof UnsupportedOperationError);

await using webhook = createWebhookReceiver({ url: 'https://app.example/a2a' });
await using adaptive = new AdaptiveClient(client, { webhook });
const support = await adaptive.checkPushSupport();
console.log(`Does it notify? ${support}`);
assert.equal(support, 'no');
const strategies: string[] = [];
adaptive.on('strategy', ({ strategy }) => strategies.push(strategy));
const presses = await adaptive.run('presses', { timeout: 15_000 });
console.log(`${strategies}: ${textOf(presses)}`);
assert.equal(textOf(presses), 'Report on presses: the harvest doubled.');
assert.deepEqual(strategies, ['poll']);

python.kill();
await once(python, 'exit');
