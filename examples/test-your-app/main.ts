// Test an application that uses agents, without an agent: msw answers its requests from the reference server.
import assert from 'node:assert/strict';
import { artifact, createReferenceServer, failed, working } from 'a2a-await/testing';
import { setupServer } from 'msw/node';
import { summarize } from './summarize.js';

await using agent = createReferenceServer({
  url: 'https://summarizer.example',
  auth: { bearer: 'secret' },
  async *agent(turn) {
    yield working();
    await turn.sleep(300);
    if (turn.text === '') yield failed('There is nothing to summarize.');
    else yield artifact(`${turn.text.split(' ')[0]} …`);
  },
});
const network = setupServer(...agent.handlers);
network.listen({ onUnhandledRequest: 'error' });

try {
  assert.equal(await summarize('Olives are fruits'), 'Olives …');
  console.log('ok  gives the summary');

  assert.equal(await summarize(''), 'No summary today.');
  console.log('ok  says so if the agent failed');

  const asked = agent.requests.filter(request => request.rpcMethod === 'SendMessage');
  assert.equal(asked.length, 2);
  assert.equal(asked[0]?.headers['authorization'], 'Bearer secret');
  assert.deepEqual(
    agent.tasks.list().map(task => task.status.state),
    ['completed', 'failed'],
  );
  console.log('ok  sends each text once, with its token');
} finally {
  network.close();
}
