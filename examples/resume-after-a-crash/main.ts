// A process hands work to an agent and is killed; another goes on where it was. No key: the agent runs here.
import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AdaptiveClient, textOf } from 'a2a-await';
import { artifact, createReferenceServer, working } from 'a2a-await/testing';
import { listen } from 'a2a-await/testing/node';

const [role, url = '', file = ''] = process.argv.slice(2);

/** The application: takes up what was begun, or begins. */
async function work(): Promise<void> {
  await using adaptive = new AdaptiveClient(url);
  let handle = await begunBefore(adaptive);
  if (!handle) {
    const sent = await adaptive.submitTask('olives');
    assert(sent.kind === 'task-handle');
    handle = sent;
    // Plain JSON, for a file, a database, a queue.
    writeFileSync(file, JSON.stringify(handle.serialize()));
    process.send?.('begun');
  }
  const done = await handle.wait({ timeout: 20_000 });
  // What is over is not taken up again.
  rmSync(file);
  process.send?.(textOf(done));
  process.disconnect?.();
}

async function begunBefore(adaptive: AdaptiveClient) {
  try {
    return adaptive.resume(JSON.parse(readFileSync(file, 'utf8')));
  } catch (error) {
    if ((error as { code?: string }).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** What happens to it. */
async function story(): Promise<void> {
  await using server = createReferenceServer({
    async *agent(turn) {
      yield working('Reading the sources');
      await turn.sleep(2_000);
      yield artifact(`Report on ${turn.text}: the harvest doubled.`);
    },
  });
  await using agent = await listen(server);
  const folder = mkdtempSync(join(tmpdir(), 'resume-'));
  const start = () => fork(fileURLToPath(import.meta.url), ['work', agent.url, join(folder, 'task.json')]);
  try {
    const first = start();
    const [said] = await once(first, 'message');
    assert.equal(said, 'begun');
    first.kill('SIGKILL');
    await once(first, 'exit');
    console.log('The first process is dead; its task is at work.');

    const second = start();
    const [result] = await once(second, 'message');
    await once(second, 'exit');
    console.log(`The second: ${result}`);
    assert.equal(result, 'Report on olives: the harvest doubled.');
    // The work was handed over once.
    assert.equal(server.tasks.size, 1);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

await (role === 'work' ? work() : story());
