// You have a client already, and it cannot wait. `waitForCompletion` and `watchTask` take anything with `getTask(id)`.
import assert from 'node:assert/strict';
import { type TaskSource, waitForCompletion, watchTask } from 'a2a-await';
import { artifact, createReferenceServer, working } from 'a2a-await/testing';
import { listen } from 'a2a-await/testing/node';

/** A task as the other client has it: names and spellings are its own business. */
interface WireTask {
  id: string;
  status: { state: string };
  artifacts?: { parts: { text?: string }[] }[];
}

/** Somebody else's client: a few lines around `fetch`. It has no retry, no timeout and no patience. */
class HandWritten {
  readonly #endpoint: string;

  constructor(endpoint: string) {
    this.#endpoint = endpoint;
  }

  async send(text: string): Promise<WireTask> {
    const message = { messageId: crypto.randomUUID(), role: 'ROLE_USER', parts: [{ text }] };
    const configuration = { returnImmediately: true };
    const { task } = await this.#call<{ task: WireTask }>('SendMessage', { message, configuration });
    return task;
  }

  getTask(id: string, options: { signal?: AbortSignal } = {}): Promise<WireTask> {
    return this.#call('GetTask', { id }, options.signal);
  }

  async #call<Result>(method: string, params: object, signal?: AbortSignal): Promise<Result> {
    const response = await fetch(this.#endpoint, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'a2a-version': '1.0' },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
      ...(signal ? { signal } : {}),
    });
    const { result, error } = (await response.json()) as { result: Result; error?: { message: string } };
    if (error) throw Object.assign(new Error(error.message), error);
    return result;
  }
}

await using server = createReferenceServer({
  async *agent(turn) {
    yield working();
    await turn.sleep(1_200);
    yield artifact(`Translated: ${turn.text}`);
  },
});
await using listening = await listen(server);
const other = new HandWritten(listening.url + new URL(server.endpoint).pathname);

// It fits as it is. A client whose method is called otherwise is wrapped in one line, as in the second half.
const first = await other.send('olive');
const done = await waitForCompletion(other, first.id, { timeout: 15_000 });
console.log(`${done.status.state}: ${done.artifacts?.[0]?.parts[0]?.text}`);
assert.equal(done.status.state, 'TASK_STATE_COMPLETED');
assert.equal(done.artifacts?.[0]?.parts[0]?.text, 'Translated: olive');

const second = await other.send('oil');
const source: TaskSource<WireTask> = { getTask: (id, options) => other.getTask(id, options) };
const states: string[] = [];
for await (const task of watchTask(source, second.id, { timeout: 15_000, schedule: 'snappy' })) {
  console.log(task.status.state);
  states.push(task.status.state);
}
assert.deepEqual(states, ['TASK_STATE_WORKING', 'TASK_STATE_COMPLETED']);
