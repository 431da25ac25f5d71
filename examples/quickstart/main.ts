// The main job: hand work to an agent, see how it gets on, get the result. No network and no key: the agent runs here.
import assert from 'node:assert/strict';
import { A2AClient, textOf } from 'a2a-await';
import { artifact, createReferenceServer, working } from 'a2a-await/testing';

// Somebody else's agent: it answers "submitted" at once and then takes its time.
await using server = createReferenceServer({
  async *agent(turn) {
    yield working('Reading the sources');
    await turn.sleep(1_500);
    yield working('Writing');
    await turn.sleep(2_000);
    yield artifact(`Report on ${turn.text}: the harvest doubled.`);
  },
});

// With a real agent this is `new A2AClient('https://agent.example')`.
await using client = new A2AClient(server.url, { fetch: server.fetch });

const begun = performance.now();
const elapsed = () => `${((performance.now() - begun) / 1_000).toFixed(1).padStart(4)} s`;
const states: string[] = [];

const { dialect } = await client.connect();
console.log(`${elapsed()}  found an agent that speaks A2A ${dialect}`);

const sent = await client.sendMessage('olives', { returnImmediately: true });
const done = await client.waitForCompletion(sent, {
  timeout: 15_000,
  onUpdate: ({ status }) => {
    states.push(status.state);
    const said = status.message?.parts.map(part => (part.kind === 'text' ? part.text : '')).join('') ?? '';
    console.log(`${elapsed()}  ${status.state.padEnd(9)}  ${said}`.trimEnd());
  },
});
console.log(`${elapsed()}  result:    ${textOf(done)}`);

assert.equal(textOf(done), 'Report on olives: the harvest doubled.');
assert.equal(states.at(0), 'submitted', `the states were ${states}`);
assert.equal(states.at(-1), 'completed', `the states were ${states}`);
assert(states.includes('working'), `the states were ${states}`);
