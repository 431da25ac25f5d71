import { A2AClient, NetworkError } from 'a2a-await';
import { expect, test } from 'vitest';
import { type Capture, readCapture } from './capture.js';
import { replay, responseOf } from './replay.js';
import { expectedCall } from './request.js';

/** The replayer itself: what the captures are judged by must not be blind. */

const missing = readCapture('py-1.1.0-jsonrpc-v1/20-get-missing');
const endpoint = 'http://127.0.0.1:9101/';

function playing(capture: Capture) {
  const { fetch, check } = replay([{ request: expectedCall(missing), answer: capture }]);
  return { client: new A2AClient(endpoint, { endpoint, dialect: '1.0', retry: 0, fetch }), check };
}

test('a recorded id becomes ours, and a null or missing one stays', async () => {
  const idOf = async (name: string) => (await responseOf(readCapture(name), 'ours').json()).id;
  expect(await idOf('py-1.1.0-jsonrpc-v1/20-get-missing')).toBe('ours');
  expect(await idOf('py-1.1.0-jsonrpc-v1/39-batch')).toBe(null);
  expect(await idOf('py-0.3.26-jsonrpc-v03/39-batch')).toBe(undefined);
});

test('a body that broke off when recorded breaks off again, after what had come', async () => {
  const broken = readCapture('py-0.3.26-jsonrpc-v03/26-stream-agent-throws');
  const reader = responseOf(broken, undefined).body?.getReader();
  const first = await reader?.read();
  expect(new TextDecoder().decode(first?.value)).toBe(broken.response.body);
  await expect(reader?.read()).rejects.toThrow('terminated');
});

test('the client takes a body that breaks off for a broken connection', async () => {
  const broken: Capture = { ...missing, response: { ...missing.response, bodyError: 'IncompleteRead' } };
  const { client, check } = playing(broken);
  await expect(client.getTask('nope')).rejects.toBeInstanceOf(NetworkError);
  check();
});

test('another id, a missing call and one too many are all noticed', async () => {
  const other = playing(missing);
  await other.client.getTask('other').catch(() => undefined);
  expect(other.check).toThrow('to strictly equal');

  expect(playing(missing).check).toThrow();

  const twice = playing(missing);
  await twice.client.getTask('nope').catch(() => undefined);
  await twice.client.getTask('nope').catch(() => undefined);
  expect(twice.check).toThrow();
});
