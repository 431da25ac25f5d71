import { type Agent, artifact, createReferenceServer, working } from 'a2a-await/testing';
import { expect, test } from 'vitest';
import { ask, v1Message } from './support.js';

const slow: Agent = async function* (turn) {
  yield working();
  await turn.sleep(60_000);
};

const options = { agent: slow };
const streaming = { message: v1Message('hi') };

test('a cutStream that throws refuses the call and leaves no stream open', async () => {
  await using server = createReferenceServer({
    ...options,
    cutStream() {
      throw new Error('no');
    },
  });
  const response = await ask(server, 'SendStreamingMessage', streaming);
  expect(await response.json()).toMatchObject({ error: { code: -32603, message: 'no' } });
  expect(server.openStreams).toBe(0);
});

test('a streamMishap that throws breaks the stream off and leaves none open', async () => {
  await using server = createReferenceServer({
    ...options,
    streamMishap() {
      throw new Error('no');
    },
  });
  const response = await ask(server, 'SendStreamingMessage', streaming);
  await expect(response.text()).rejects.toThrow('no');
  expect(server.openStreams).toBe(0);
});

test('an event that JSON cannot hold breaks the stream off and leaves none open', async () => {
  await using server = createReferenceServer({
    async *agent(turn) {
      yield artifact({ kind: 'data', data: 1n });
      await turn.sleep(60_000);
    },
  });
  const response = await ask(server, 'SendStreamingMessage', streaming);
  await expect(response.text()).rejects.toThrow(TypeError);
  expect(server.openStreams).toBe(0);
});

test.each([
  ['close', 'fault', 'SendMessage'],
  ['reset', 'fault', 'SendMessage'],
  ['close', 'auth', 'SendMessage'],
  ['reset', 'auth', 'SendStreamingMessage'],
] as const)('%s() within the option %s leaves nothing running', async (end, option, method) => {
  let asked = 0;
  const callback = () => {
    void server[end]();
    return '';
  };
  await using server = createReferenceServer({
    // biome-ignore lint/correctness/useYield: it must not even begin.
    *agent() {
      asked++;
    },
    ...(option === 'auth' ? { auth: { bearer: () => `${callback()}token` } } : {}),
    ...(option === 'fault' ? { fault: () => void callback() } : {}),
  });
  const headers = { 'a2a-version': '1.0', authorization: 'Bearer token' };
  await expect(ask(server, method, streaming, { headers })).rejects.toThrow('closed');
  expect(asked).toBe(0);
  expect(server.tasks.size).toBe(0);
});
