import {
  type Agent,
  type AgentStep,
  artifact,
  completed,
  inputRequired,
  reply,
  working,
} from 'a2a-await/testing';

const allParts = [
  { kind: 'text', text: 't' },
  { kind: 'file', raw: 'aGVsbG8=', mediaType: 'text/plain', filename: 'h.txt' },
  { kind: 'file', url: 'https://x/y.png', mediaType: 'image/png' },
  { kind: 'data', data: { a: 1, b: [1, 2] } },
] as const;

/** What was the same in the agents behind the servers of the official libraries; they differed in one artifact. */
function agentWith(parts: () => AgentStep): Agent {
  return async function* (turn) {
    if (turn.text === 'message') return yield reply('direct');
    yield working('working...');
    if (turn.text === 'fail') throw new Error('boom');
    if (turn.text === 'input') yield inputRequired('need more');
    if (turn.text === 'slow') await turn.sleep(3_000);
    if (turn.text === 'parts') {
      yield parts();
    } else {
      yield artifact('he', { artifactId: 'a1', name: 'response', lastChunk: false });
      yield artifact('llo', { append: true, name: 'response' });
    }
    yield completed();
  };
}

export const pythonAgent = agentWith(() => artifact([...allParts], { name: 'all', metadata: { k: 1 } }));

export const jsAgent = agentWith(() => artifact([...allParts], { artifactId: 'a1', name: 'response' }));

/** Behind the older server, which does not look whether a message has parts. */
export const js03Agent: Agent = turn => {
  if (turn.message.parts.length > 0) return jsAgent(turn);
  throw new TypeError("Cannot read properties of undefined (reading '0')");
};

export const praisonAgent: Agent = async function* (turn) {
  if (turn.text === 'fail') throw new Error('boom');
  if (turn.text === 'slow') await turn.sleep(3_000);
  yield artifact('hello hello');
};
