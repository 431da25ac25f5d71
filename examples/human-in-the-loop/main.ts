// An agent asks in the middle of its work. A person answers, the same wait goes on, and the task completes.
import assert from 'node:assert/strict';
import { A2AClient, TaskInterruptedError, textOf } from 'a2a-await';
import { artifact, createReferenceServer, inputRequired, working } from 'a2a-await/testing';

await using server = createReferenceServer({
  async *agent(turn) {
    yield working();
    await turn.sleep(300);
    // The first message orders, the second one answers.
    if (!turn.task) yield inputRequired(`${turn.text}: with or without onions?`);
    else yield artifact(`One pizza, ${turn.text}.`);
  },
});
await using client = new A2AClient(server.url, { fetch: server.fetch });

/** Stands for a dialog, a chat, or a mail that is answered tomorrow: it may take as long as the wait's `timeout`. */
async function askPerson(question: string): Promise<string> {
  console.log(`agent:  ${question}`);
  console.log('person: without onions');
  return 'without onions';
}

const done = await client.run('Pizza', {
  timeout: 15_000,
  onInterrupted: task => askPerson(textOf(task)),
});
console.log(`agent:  ${textOf(done)}`);
assert.equal(textOf(done), 'One pizza, without onions.');

// Without `onInterrupted` the question ends the wait, and the answer can be sent later, from anywhere.
const question = await client.run('Pizza', { timeout: 15_000 }).catch((error: unknown) => error);
assert(question instanceof TaskInterruptedError, String(question));
const later = await client.run('with onions', { taskId: question.task.id, timeout: 15_000 });
console.log(`agent:  ${textOf(later)}`);
assert.equal(textOf(later), 'One pizza, with onions.');
