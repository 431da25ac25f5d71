import type { Agent, AgentStep, AgentTurn } from '../agent.js';
import { artifact, completed, inputRequired, rejected, reply, working } from '../steps.js';

type Scenario = (turn: AgentTurn) => Iterable<AgentStep> | AsyncIterable<AgentStep>;

const file = { kind: 'file', mediaType: 'text/plain', filename: 'output.txt' } as const;
const fileOfBytes = { ...file, raw: btoa('tck') };

/** How long a task lasts that is subscribed to again: twice the kit's limit for a stream, in ms. */
const longEnough = 4_000;

/** By what the id of the message begins with. */
const scenarios: Readonly<Record<string, Scenario>> = {
  'tck-complete-task': () => [completed('Hello from TCK')],
  'tck-artifact-text': () => [artifact('Generated text content'), completed()],
  'tck-artifact-file': () => [artifact(fileOfBytes), completed()],
  'tck-artifact-file-url': () => [artifact({ ...file, url: 'https://example.com/output.txt' }), completed()],
  'tck-artifact-data': () => [artifact({ kind: 'data', data: { key: 'value', count: 42 } }), completed()],
  'tck-message-response': () => [reply('Direct message response')],
  'tck-input-required': () => [inputRequired('What else?')],
  'tck-reject-task': () => [rejected('rejected')],
  'tck-stream-001': () => atWork(artifact('Stream hello from TCK')),
  'tck-stream-002': () => [completed()],
  'tck-stream-003': () => atWork(artifact('Stream task lifecycle')),
  'tck-stream-ordering-001': () => atWork(artifact('Ordered output')),
  'tck-stream-artifact-text': () => atWork(artifact('Streamed text content')),
  'tck-stream-artifact-file': () => atWork(artifact(fileOfBytes)),
  'tck-stream-artifact-chunked': () =>
    atWork(artifact('chunk-1 ', { lastChunk: false }), artifact('chunk-2', { append: true })),
  'test-resubscribe-message-id': async function* (turn) {
    yield working();
    await turn.sleep(longEnough);
    yield completed();
  },
};

// The more particular ones first: some begin with another.
const prefixes = Object.keys(scenarios).sort((a, b) => b.length - a.length);

/**
 * What the official conformance kit, a2a-tck, expects of an agent: which of its scenarios a message is for, the id of
 * the message begins with. Any other message completes its task.
 *
 * @example createReferenceServer({ agent: tckAgent })
 *
 * Source: the kit's `scenarios/*.feature`, branch `1.0-dev`.
 */
export const tckAgent: Agent = turn => {
  const prefix = prefixes.find(candidate => turn.message.messageId.startsWith(candidate));
  const scenario = prefix === undefined ? undefined : scenarios[prefix];
  return scenario ? scenario(turn) : [completed(`There is no scenario for ${turn.message.messageId}.`)];
};

function atWork(...made: AgentStep[]): AgentStep[] {
  return [working(), ...made, completed()];
}
