// One piece of code for every server: the same ten lines against A2A 1.0, A2A 0.3 and PraisonAI, over real HTTP.
import assert from 'node:assert/strict';
import { A2AClient, textOf } from 'a2a-await';
import { type Agent, artifact, createReferenceServer, working } from 'a2a-await/testing';
import { listen } from 'a2a-await/testing/node';

/** The ten lines. They know a url and nothing else. */
async function ask(url: string, question: string) {
  await using client = new A2AClient(url);
  const answer = await client.run(question, { timeout: 15_000 });
  const { dialect, endpoint } = await client.connect();
  return { dialect, endpoint, text: textOf(answer) };
}

const agent: Agent = async function* (turn) {
  yield working();
  await turn.sleep(700);
  yield artifact(`${turn.text}? Yes.`);
};

for (const dialect of ['1.0', '0.3', 'praison'] as const) {
  await using server = createReferenceServer({ dialect, agent });
  await using listening = await listen(server);
  const found = await ask(listening.url, 'Is it done');
  console.log(`${listening.url} speaks ${found.dialect.padEnd(7)} at ${found.endpoint}: ${found.text}`);
  assert.equal(found.dialect, dialect);
  assert.equal(found.text, 'Is it done? Yes.');
}
