import { createReferenceServer, inputRequired } from 'a2a-await/testing';
import { expect, test } from 'vitest';
import { ask, call, v1Message } from './support.js';

const headers = { 'content-type': 'application/json' };
const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'ListTasks' });

test.each([
  ['1.0', 200],
  ['2.0', 400],
  ['2.0%0A', 400],
])('a version may be told in the query: %s', async (version, status) => {
  await using server = createReferenceServer({ bindings: ['HTTP+JSON', 'JSONRPC'] });
  const query = `?A2A-Version=${version}`;
  const response = await server.fetch(`${server.endpoint}/tasks${query}`);
  expect(response.status).toBe(status);
  const answer = await server.fetch(`${server.url}/${query}`, { method: 'POST', headers, body });
  const refused = expect.objectContaining({ code: -32009 });
  expect((await answer.json()).error).toEqual(status === 200 ? undefined : refused);
});

test('a version in a header goes before that in the query, which is no field of the request', async () => {
  await using server = createReferenceServer({ bindings: ['HTTP+JSON'] });
  const url = `${server.endpoint}/tasks?A2A-Version=2.0&pageSize=3`;
  const response = await server.fetch(url, { headers: { 'a2a-version': '1.0' } });
  expect(await response.json()).toMatchObject({ tasks: [], pageSize: 3 });
});

test.each([
  [undefined, ['one', '?', 'two']],
  [0, undefined],
  [1, ['two']],
  [9, ['one', '?', 'two']],
])('a stream begins with as much of the history as was asked for: %s', async (historyLength, texts) => {
  await using server = createReferenceServer({
    *agent() {
      yield inputRequired('?');
    },
  });
  const { result } = await call(server, 'SendMessage', { message: v1Message('one') });
  const message = v1Message('two', { taskId: result.task.id });
  const response = await ask(server, 'SendStreamingMessage', { message, configuration: { historyLength } });
  const [first = ''] = (await response.text()).split('\n');
  const { task } = JSON.parse(first.slice('data: '.length)).result;
  const said = task.history?.map(({ parts }: { parts: { text: string }[] }) => parts[0]?.text);
  expect(said).toEqual(texts);
});

test.each([
  ['PUT', '/tasks', 'GET'],
  ['PUT', '/tasks/1/pushNotificationConfigs/2', 'GET, DELETE'],
  ['GET', '/message:send', 'POST'],
])('a %s of %s is told what is allowed there', async (method, path, allow) => {
  await using server = createReferenceServer({ bindings: ['HTTP+JSON'] });
  const response = await server.fetch(server.endpoint + path, { method });
  expect(response.status).toBe(405);
  expect(response.headers.get('allow')).toBe(allow);
});

test('a GET of the endpoint of JSON-RPC is told what is allowed there', async () => {
  await using server = createReferenceServer();
  expect((await server.fetch(server.endpoint)).headers.get('allow')).toBe('POST');
});

test('a HEAD of the card is a GET without a body', async () => {
  await using server = createReferenceServer();
  const { headers, status } = await server.fetch(server.cardUrl);
  const response = await server.fetch(server.cardUrl, { method: 'HEAD' });
  expect(response.status).toBe(status);
  expect(response.headers.get('etag')).toBe(headers.get('etag'));
  expect(response.body).toBeNull();
});

test.each([
  ['2026-01-02T03:04:05Z', undefined],
  ['2026-01-02T03:04:05.123456789+01:00', undefined],
  ['2026', -32602],
  ['1', -32602],
  ['Jan 2, 2026', -32602],
  ['2026-13-02T03:04:05Z', -32602],
])('ListTasks takes times as RFC 3339 has them: %s', async (statusTimestampAfter, code) => {
  await using server = createReferenceServer();
  expect((await call(server, 'ListTasks', { statusTimestampAfter })).error?.code).toBe(code);
});

test('a card says nothing of an extension that protobuf would leave out, since it may be signed', async () => {
  const extensions = [
    { uri: 'urn:one', required: false, description: '' },
    { uri: 'urn:two', required: true },
  ];
  await using server = createReferenceServer({ extensions });
  const card = await (await server.fetch(server.cardUrl)).json();
  expect(card.capabilities.extensions).toEqual([{ uri: 'urn:one' }, { uri: 'urn:two', required: true }]);
});
