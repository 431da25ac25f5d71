import { A2AClient, RpcError } from 'a2a-await';
import { expect, test } from 'vitest';
import { readCapture, taskIdOf } from './capture.js';
import { replay, type Step } from './replay.js';
import { expectedCall, expectedCardRequest, wholeHistory } from './request.js';

const server = 'py-1.1.0-jsonrpc-v1';

test('a server that refuses both dialects once is still spoken to in the one of its card afterwards', async () => {
  const card = readCapture(`${server}/01-card`);
  const get = readCapture(`${server}/17-get`);
  const asked = expectedCall(get);
  const id = taskIdOf(get);
  const rpc = { jsonrpc: '2.0', method: 'tasks/get', params: { id, historyLength: wholeHistory } };
  const script: Step[] = [
    { request: expectedCardRequest(card), answer: card },
    // As if a proxy had lost the version header once.
    { request: asked, answer: readCapture(`${server}/41-version-missing`) },
    { request: { ...asked, version: null, rpc }, answer: readCapture(`${server}/36-other-dialect-method`) },
    { request: asked, answer: get },
  ];
  const { fetch, check } = replay(script);
  const client = new A2AClient('http://127.0.0.1:9101', { fetch });
  await expect(client.getTask(id)).rejects.toBeInstanceOf(RpcError);
  await client.getTask(id).catch(() => undefined);
  check();
});
