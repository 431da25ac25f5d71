import { createReferenceServer, inputRequired, working } from 'a2a-await/testing';
import { expect, test } from 'vitest';
import { ask, call, post, v1Message } from './support.js';

const bindings = ['JSONRPC', 'HTTP+JSON'] as const;
const deep = '['.repeat(10_000) + ']'.repeat(10_000);
const message = JSON.stringify({ messageId: 'm', role: 'ROLE_USER', parts: [{ data: 0 }] }).replace(
  '0',
  deep,
);

test.each(bindings)('what is nested too deep is refused and not stored, over %s', async binding => {
  await using server = createReferenceServer({ bindings: [binding] });
  const headers = { 'a2a-version': '1.0', 'content-type': 'application/json' };
  const isRest = binding === 'HTTP+JSON';
  const response = await server.fetch(isRest ? `${server.endpoint}/message:send` : server.endpoint, {
    method: 'POST',
    headers,
    body: isRest
      ? `{"message":${message}}`
      : `{"jsonrpc":"2.0","id":1,"method":"SendMessage","params":{"message":${message}}}`,
  });
  const { error } = await response.json();
  expect(error.code).toBe(isRest ? 400 : -32700);
  expect(server.tasks.list()).toEqual([]);
});

test('a task that was nested as deep as may be can be read again', async () => {
  await using server = createReferenceServer();
  const data = JSON.parse('['.repeat(490) + ']'.repeat(490));
  await call(server, 'SendMessage', { message: { ...v1Message(''), parts: [{ data }] } });
  const { result } = await call(server, 'ListTasks');
  expect(result.tasks[0].history[0].parts[0].data).toEqual(data);
});

test('an agent that throws what has no words fails its task', async () => {
  await using server = createReferenceServer({
    *agent() {
      yield working();
      throw Object.create(null);
    },
  });
  const { error } = await call(server, 'SendMessage', { message: v1Message('hi') });
  expect(error).toMatchObject({ code: -32603, message: 'Unknown error' });
  expect(server.tasks.list()[0]?.status.state).toBe('failed');
});

test('configurations whose ids are no well-formed text have pages', async () => {
  await using server = createReferenceServer({
    push: true,
    *agent() {
      yield inputRequired('?');
    },
  });
  const { result } = await call(server, 'SendMessage', { message: v1Message('hi') });
  const taskId = result.task.id;
  for (const id of ['a', '\ud800', '\ud801', 'é']) {
    await call(server, 'CreateTaskPushNotificationConfig', { taskId, id, url: 'https://app.example' });
  }
  const ids: string[] = [];
  let pageToken: string | undefined;
  do {
    const page = await call(server, 'ListTaskPushNotificationConfigs', { taskId, pageSize: 1, pageToken });
    ids.push(page.result.configs[0].id);
    pageToken = page.result.nextPageToken;
  } while (pageToken);
  expect(ids).toEqual(['a', '\ud800', '\ud801', 'é']);
});

test.each([
  ['a token and something else', { bearer: 'a' }, { authorization: 'Bearer a b' }, 401],
  ['several spaces', { bearer: 'a' }, { authorization: 'Bearer  a' }, 200],
  ['no token where there is none', { bearer: () => '' }, { authorization: 'Bearer ' }, 401],
  ['no key where there is none', { apiKey: () => '' }, { 'x-api-key': '' }, 401],
])('%s in the headers', async (_, auth, given, status) => {
  await using server = createReferenceServer({ auth });
  const response = await ask(server, 'ListTasks', {}, { headers: { 'a2a-version': '1.0', ...given } });
  expect(response.status).toBe(status);
});

test('a secret that a test has not set yet lets nobody in', async () => {
  let token: string | undefined;
  await using server = createReferenceServer({ auth: { bearer: () => token as string } });
  const headers = { 'a2a-version': '1.0', authorization: 'Bearer' };
  expect((await ask(server, 'ListTasks', {}, { headers })).status).toBe(401);
});

test('a card is known by any of several tags, however they are spaced', async () => {
  await using server = createReferenceServer();
  const tag = (await server.fetch(server.cardUrl)).headers.get('etag');
  const headers = { 'if-none-match': `"one" , ${tag}\t, "other"` };
  expect((await server.fetch(server.cardUrl, { headers })).status).toBe(304);
});

test.each([1, {}, [null], 'text'])('js-0.3 makes nothing of the parts %j', async parts => {
  await using server = createReferenceServer({ profile: 'js-0.3' });
  const params = { message: { messageId: 'm', role: 'user', parts } };
  const response = await post(server, { jsonrpc: '2.0', id: 1, method: 'message/send', params });
  expect(await response.json()).toMatchObject({ result: { status: { state: 'completed' } } });
});
