// Watch an agent write, over a connection that breaks off in the middle: nothing is lost, and nothing is told twice.
import assert from 'node:assert/strict';
import { A2AClient, type StreamEvent, textDeltas } from 'a2a-await';
import { artifact, createReferenceServer, working } from 'a2a-await/testing';
import { listen } from 'a2a-await/testing/node';

const words = 'The harvest doubled, the presses ran for a week, and the oil was clear. '
  .repeat(3)
  .split(/(?<= )/);

await using server = createReferenceServer({
  async *agent(turn) {
    yield working('Writing');
    for (const [index, word] of words.entries()) {
      await turn.sleep(30);
      yield artifact(word, {
        artifactId: 'report',
        append: index > 0,
        lastChunk: index === words.length - 1,
      });
    }
  },
  // The network's part: the first stream is lost after twelve events.
  cutStream: ({ nth }) => (nth === 1 ? { afterEvents: 12 } : undefined),
});
await using listening = await listen(server);
await using client = new A2AClient(listening.url);

/** Notes what passes, for the asserts below. */
const events: StreamEvent[] = [];
async function* noting(stream: AsyncIterable<StreamEvent>) {
  for await (const event of stream) {
    events.push(event);
    yield event;
  }
}

let text = '';
const stream = client.streamMessage('Write about the olives');
for await (const piece of textDeltas(noting(stream))) {
  text += piece;
  process.stdout.write(piece);
}
process.stdout.write('\n');

assert.equal(text, words.join(''));
assert.equal(server.requests.filter(({ rpcMethod }) => rpcMethod === 'SubscribeToTask').length, 1);
const last = events.at(-1);
assert(last?.kind === 'status-update' && last.status.state === 'completed');
