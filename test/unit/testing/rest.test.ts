import {
  type Agent,
  artifact,
  completed,
  createReferenceServer,
  inputRequired,
  type ReferenceServer,
  type ReferenceServerOptions,
} from 'a2a-await/testing';
import { describe, expect, it } from 'vitest';
import { readEvents } from './stream-support.js';
import { type Json, post, v1Message, v03Message, v03RestMessage, type Wire } from './support.js';

const version = { 'a2a-version': '1.0', 'content-type': 'application/json' };

function restServer(options: ReferenceServerOptions = {}): ReferenceServer {
  return createReferenceServer({ bindings: ['HTTP+JSON'], ...options });
}

/** Sends a request by hand: `GET /tasks`, below the endpoint. */
async function send(server: ReferenceServer, what: string, body?: unknown, headers: HeadersInit = version) {
  const [method = '', path = ''] = what.split(' ');
  const init = { method, headers, ...(body !== undefined && { body: JSON.stringify(body) }) };
  return server.fetch(server.url + path, init);
}

async function answerTo(...request: Parameters<typeof send>): Promise<{ status: number; body: Wire }> {
  const response = await send(...request);
  return { status: response.status, body: await response.json() };
}

async function cardOf(server: ReferenceServer): Promise<Json> {
  return (await server.fetch(server.cardUrl)).json();
}

describe('the card', () => {
  it('of 1.0 lists the bindings in the order given, and the endpoint is that of the first', async () => {
    const rpc = { url: 'http://agent.test/', protocolBinding: 'JSONRPC', protocolVersion: '1.0' };
    const rest = { url: 'http://agent.test/rest', protocolBinding: 'HTTP+JSON', protocolVersion: '1.0' };
    await using both = createReferenceServer({ bindings: ['JSONRPC', 'HTTP+JSON'] });
    expect((await cardOf(both)).supportedInterfaces).toEqual([rpc, rest]);
    expect(both.endpoint).toBe(rpc.url);
    await using turned = createReferenceServer({ bindings: ['HTTP+JSON', 'JSONRPC'] });
    expect((await cardOf(turned)).supportedInterfaces).toEqual([rest, rpc]);
    expect(turned.endpoint).toBe(rest.url);
    await using alone = restServer();
    expect((await cardOf(alone)).supportedInterfaces).toEqual([rest]);
  });

  it('of 0.3 prefers the first, and lists the other as additional', async () => {
    const url = 'http://agent.test/team';
    await using both = createReferenceServer({ url, dialect: '0.3', bindings: ['HTTP+JSON', 'JSONRPC'] });
    expect(await cardOf(both)).toMatchObject({
      url: `${url}/rest`,
      preferredTransport: 'HTTP+JSON',
      additionalInterfaces: [{ transport: 'JSONRPC', url: `${url}/` }],
    });
    await using alone = restServer({ dialect: '0.3' });
    expect(await cardOf(alone)).not.toHaveProperty('additionalInterfaces');
  });

  it('is the extended one at a path of its own, for those with a token', async () => {
    const auth = { bearer: 'secret' };
    for (const [dialect, path] of [
      ['1.0', '/rest/extendedAgentCard'],
      ['0.3', '/rest/v1/card'],
    ] as const) {
      await using server = restServer({ dialect, auth });
      expect((await send(server, `GET ${path}`)).status).toBe(401);
      const { body } = await answerTo(server, `GET ${path}`, undefined, {
        ...version,
        authorization: 'Bearer secret',
      });
      const card = await cardOf(server);
      expect(body.description).not.toBe(card.description);
      expect({ ...body, description: '' }).toEqual({ ...card, description: '' });
    }
  });
});

describe.each(['1.0', '0.3'] as const)('the bindings of %s', dialect => {
  it('are as many as were asked for', async () => {
    const base = dialect === '1.0' ? '/rest' : '/rest/v1';
    await using rpc = createReferenceServer({ dialect });
    expect((await send(rpc, `POST ${base}/message:send`, {})).status).toBe(404);
    expect((await post(rpc, {})).status).toBe(200);
    await using rest = restServer({ dialect });
    expect((await send(rest, `POST ${base}/message:send`, {})).status).toBe(400);
    expect((await send(rest, 'POST /', {})).status).toBe(404);
  });

  it('are two ways to the same tasks', async () => {
    await using server = createReferenceServer({ dialect, bindings: ['JSONRPC', 'HTTP+JSON'] });
    const [method, message, base] =
      dialect === '1.0'
        ? ['SendMessage', v1Message('hi'), '/rest']
        : ['message/send', v03Message('hi'), '/rest/v1'];
    await post(server, { jsonrpc: '2.0', id: 1, method, params: { message } });
    const [task] = server.tasks.list();
    const { body } = await answerTo(server, `GET ${base}/tasks/${task?.id}`);
    expect(body).toMatchObject({ id: task?.id, status: { state: 'TASK_STATE_COMPLETED' } });
  });
});

it.each([
  ['1.0', 'POST /rest/tasks/x/pushNotificationConfigs'],
  ['1.0', 'GET /rest/tasks/x/pushNotificationConfigs'],
  ['1.0', 'GET /rest/tasks/x/pushNotificationConfigs/c'],
  ['1.0', 'DELETE /rest/tasks/x/pushNotificationConfigs/c'],
  ['0.3', 'POST /rest/v1/tasks/x/pushNotificationConfigs'],
  ['0.3', 'GET /rest/v1/tasks/x/pushNotificationConfigs'],
  ['0.3', 'GET /rest/v1/tasks/x/pushNotificationConfigs/c'],
  ['0.3', 'DELETE /rest/v1/tasks/x/pushNotificationConfigs/c'],
] as const)('%s says that it does not do %s', async (dialect, what) => {
  await using server = restServer({ dialect });
  const { status, body } = await answerTo(server, what);
  expect(status).toBe(400);
  expect((body.error ?? body).message).toBe('Push Notification is not supported');
});

describe('A2A 1.0 over HTTP+JSON', () => {
  const hi = () => ({ message: v1Message('hi') });

  it('answers in application/json, without an envelope', async () => {
    await using server = restServer();
    const response = await send(server, 'POST /rest/message:send', hi());
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('application/json');
    const { task } = await response.json();
    expect((await answerTo(server, `GET /rest/tasks/${task.id}`)).body).toEqual(task);
  });

  it('streams bare events', async () => {
    await using server = restServer({ agent: () => [artifact('done')] });
    const response = await send(server, 'POST /rest/message:stream', hi());
    expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    const members: string[] = [];
    for await (const { data } of readEvents(response)) members.push(...Object.keys(data));
    expect(members).toEqual(['task', 'artifactUpdate', 'statusUpdate']);
  });

  it.each(['GET', 'POST'])('lets a %s subscribe', async verb => {
    await using server = restServer({ agent: () => [inputRequired('?')] });
    const { task } = (await answerTo(server, 'POST /rest/message:send', hi())).body;
    const response = await send(server, `${verb} /rest/tasks/${task.id}:subscribe`);
    const first = await readEvents(response).next();
    expect(first.value?.data.task.status.state).toBe('TASK_STATE_INPUT_REQUIRED');
  });

  it('has the same below a tenant', async () => {
    await using server = restServer();
    const { task } = (await answerTo(server, 'POST /rest/acme/message:send', hi())).body;
    expect((await answerTo(server, `GET /rest/acme/tasks/${task.id}`)).body.id).toBe(task.id);
    expect((await answerTo(server, 'GET /rest/acme/tasks')).body.totalSize).toBe(1);
    expect((await answerTo(server, 'GET /rest/acme/extendedAgentCard')).status).toBe(200);
    expect((await send(server, 'GET /rest/acme/more/tasks')).status).toBe(404);
  });

  it('reads numbers and booleans from the query', async () => {
    await using server = restServer({ agent: () => [artifact('done'), completed('well')] });
    const ids: string[] = [];
    for (let count = 0; count < 3; count++) {
      ids.push((await answerTo(server, 'POST /rest/message:send', hi())).body.task.id);
    }
    const list = async (query: string) => (await answerTo(server, `GET /rest/tasks?${query}`)).body;
    expect((await list('pageSize=2')).tasks).toHaveLength(2);
    expect((await list('historyLength=0')).tasks[0].history).toEqual([]);
    expect((await list('includeArtifacts=true')).tasks[0].artifacts).toHaveLength(1);
    expect((await list('includeArtifacts=false')).tasks[0]).not.toHaveProperty('artifacts');
    expect((await list('status=TASK_STATE_WORKING')).totalSize).toBe(0);
    const get = await answerTo(server, `GET /rest/tasks/${ids[0]}?historyLength=0`);
    expect(get.body).not.toHaveProperty('history');
  });

  it.each([
    'GET /rest/tasks?pageSize=many',
    'GET /rest/tasks?pageSize=0',
    'GET /rest/tasks?includeArtifacts=yes',
    'GET /rest/tasks/x?historyLength=-1',
    'GET /rest/tasks?contextID=c',
  ])('refuses %s', async what => {
    await using server = restServer();
    expect(await answerTo(server, what)).toMatchObject({
      status: 400,
      body: { error: { code: 400, status: 'INVALID_ARGUMENT', details: [{ reason: 'INVALID_PARAMS' }] } },
    });
  });

  it.each([
    ['an unknown field', { ...hi(), kind: 'message' }],
    ['a part of 0.3', { message: v1Message('a', { parts: [{ kind: 'text', text: 'a' }] }) }],
    ['a message of 0.3', { message: v03RestMessage('a') }],
  ])('refuses %s, unless it is told not to be strict', async (_, body) => {
    await using strict = restServer();
    const refused = await answerTo(strict, 'POST /rest/message:send', body);
    expect(refused.status).toBe(400);
    expect(refused.body.error.details).toEqual([
      {
        '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
        reason: 'INVALID_PARAMS',
        domain: 'a2a-protocol.org',
        metadata: {},
      },
    ]);
    expect(strict.tasks.size).toBe(0);
    await using lenient = restServer({ strict: false });
    const { status } = await answerTo(lenient, 'POST /rest/message:send', body);
    expect(status).toBe('content' in body.message ? 400 : 200);
  });

  it.each([
    ['a missing task', 'GET /rest/tasks/nope', 404, 'NOT_FOUND', 'TASK_NOT_FOUND'],
    ['a missing task to cancel', 'POST /rest/tasks/nope:cancel', 404, 'NOT_FOUND', 'TASK_NOT_FOUND'],
    [
      'an extended card that is not there',
      'GET /rest/extendedAgentCard',
      400,
      'FAILED_PRECONDITION',
      'UNSUPPORTED_OPERATION',
    ],
  ])('tells of %s in a google.rpc.Status', async (_, what, code, status, reason) => {
    await using server = restServer({ extendedCard: false });
    const response = await send(server, what);
    expect(response.status).toBe(code);
    expect(response.headers.get('content-type')).toBe('application/json');
    const domain = 'a2a-protocol.org';
    expect((await response.json()).error).toMatchObject({ code, status, details: [{ reason, domain }] });
  });

  it('tells what an agent threw', async () => {
    const agent: Agent = () => {
      throw new Error('boom');
    };
    await using server = restServer({ agent });
    expect(await answerTo(server, 'POST /rest/message:send', hi())).toMatchObject({
      status: 500,
      body: { error: { code: 500, status: 'INTERNAL', message: 'boom' } },
    });
  });

  it.each(['{bad', '[]', '"text"', '7'])('refuses a body of %s', async text => {
    await using server = restServer();
    const init = { method: 'POST', headers: version, body: text };
    const response = await server.fetch(`${server.endpoint}/message:send`, init);
    expect(response.status).toBe(400);
    expect((await response.json()).error.details[0].reason).toBe('INVALID_REQUEST');
  });

  it('wants its version in a header, and a path and a verb that it has', async () => {
    await using server = restServer();
    for (const headers of [{}, { 'a2a-version': '0.3' }, { 'a2a-version': '2.0' }]) {
      expect(await answerTo(server, 'GET /rest/tasks', undefined, headers)).toMatchObject({
        status: 400,
        body: {
          error: { status: 'FAILED_PRECONDITION', details: [{ reason: 'VERSION_NOT_SUPPORTED' }] },
        },
      });
    }
    expect((await send(server, 'GET /rest/nothing', undefined, {})).status).toBe(404);
    expect((await send(server, 'GET /rest', undefined, {})).status).toBe(404);
    expect((await send(server, 'GET /rest/message:send', undefined, {})).status).toBe(405);
    expect((await send(server, 'DELETE /rest/tasks/x', undefined, {})).status).toBe(405);
  });

  it('takes the task from the path, whatever else may be meant', async () => {
    await using server = restServer({ agent: () => [inputRequired('?')] });
    const { task } = (await answerTo(server, 'POST /rest/message:send', hi())).body;
    const { body } = await answerTo(server, `POST /rest/tasks/${task.id}:cancel`, { id: 'other' });
    expect(body.id).toBe(task.id);
    expect((await send(server, 'GET /rest/tasks/tasks')).status).toBe(404);
  });

  it('decodes the id in a path', async () => {
    await using server = restServer();
    const { task } = (await answerTo(server, 'POST /rest/message:send', hi())).body;
    expect((await send(server, `GET /rest/tasks/${task.id.replaceAll('-', '%2D')}`)).status).toBe(200);
    for (const id of ['a/b', 'a:cancel', '100%', 'ä ?']) {
      const { body } = await answerTo(server, `GET /rest/tasks/${encodeURIComponent(id)}`);
      expect(body.error.code).toBe(404);
      expect(server.requests.at(-1)?.rpcMethod).toBe('GetTask');
    }
    expect((await send(server, 'GET /rest/tasks/%zz')).status).toBe(404);
  });

  it('logs each request under the name that the operation has in JSON-RPC', async () => {
    await using server = restServer();
    await send(server, 'POST /rest/message:send', hi());
    await send(server, 'GET /rest/tasks?pageSize=1');
    await send(server, 'GET /rest/nothing');
    await send(server, 'POST /rest/message:send', { method: 'GetTask' });
    expect(server.requests).toMatchObject([
      { method: 'POST', path: '/rest/message:send', body: { message: {} }, rpcMethod: 'SendMessage' },
      { method: 'GET', path: '/rest/tasks?pageSize=1', body: undefined, rpcMethod: 'ListTasks' },
      { method: 'GET', path: '/rest/nothing' },
      { rpcMethod: 'SendMessage' },
    ]);
    expect(server.requests[2]).not.toHaveProperty('rpcMethod');
  });
});

describe('A2A 0.3 over HTTP+JSON', () => {
  const blocking = { configuration: { blocking: true } };
  const hi = (fields: Json = {}) => ({ message: v03RestMessage('hi', fields), ...blocking });
  const v03Server = (options: ReferenceServerOptions = {}) => restServer({ dialect: '0.3', ...options });

  it('does not wait for the end unless it is told to', async () => {
    await using server = v03Server();
    const { message } = hi();
    const state = async (body: Json) =>
      (await answerTo(server, 'POST /rest/v1/message:send', body)).body.task.status.state;
    expect(await state({ message })).toBe('TASK_STATE_SUBMITTED');
    expect(await state({ message, configuration: { blocking: false } })).toBe('TASK_STATE_SUBMITTED');
    expect(await state({ message, ...blocking })).toBe('TASK_STATE_COMPLETED');
  });

  it('reads and writes every kind of part, in messages as content and in artifacts as parts', async () => {
    await using server = v03Server({ agent: turn => [artifact(turn.message.parts)] });
    const parts = [
      { text: '', metadata: { a: 1 } },
      { file: { fileWithBytes: 'aGk=', mimeType: 'text/plain', name: 'hi.txt' } },
      { file: { fileWithUri: 'https://x/y' }, metadata: { b: 2 } },
      { data: { data: { a: [1] } } },
    ];
    const { task } = (await answerTo(server, 'POST /rest/v1/message:send', hi({ content: parts }))).body;
    expect(server.tasks.get(task.id)?.history[0]?.parts).toEqual([
      { kind: 'text', text: '', metadata: { a: 1 } },
      { kind: 'file', raw: 'aGk=', mediaType: 'text/plain', filename: 'hi.txt' },
      { kind: 'file', url: 'https://x/y', metadata: { b: 2 } },
      { kind: 'data', data: { a: [1] } },
    ]);
    expect(task.history[0]).toMatchObject({ role: 'ROLE_USER', content: parts });
    expect(task.artifacts[0].parts).toEqual(parts);
  });

  it('wraps what is no object', async () => {
    await using server = v03Server({ agent: () => [artifact({ kind: 'data', data: [1] })] });
    const { task } = (await answerTo(server, 'POST /rest/v1/message:send', hi())).body;
    expect(task.artifacts[0].parts).toEqual([{ data: { data: { value: [1] } } }]);
  });

  it('tells what an agent threw', async () => {
    const agent: Agent = () => {
      throw new Error('boom');
    };
    await using server = v03Server({ agent });
    const answer = await answerTo(server, 'POST /rest/v1/message:send', hi());
    expect(answer).toEqual({ status: 500, body: { code: -32603, message: 'boom' } });
  });

  it('refuses a push configuration that comes with a message', async () => {
    await using server = v03Server();
    const body = { ...hi(), configuration: { pushNotification: { url: 'https://x' } } };
    expect((await answerTo(server, 'POST /rest/v1/message:send', body)).body.code).toBe(-32003);
  });

  it('streams events that say which is the last, of several lines where the Python server does', async () => {
    await using server = v03Server();
    const stream = async (from: ReferenceServer) =>
      (await send(from, 'POST /rest/v1/message:stream', hi(), {})).text();
    const text = await stream(server);
    expect(text).toMatch(/^data: \{"task":\{/);
    expect(text).toMatch(/"final":true\}\}\n\n$/);
    expect(text.match(/"final"/g)).toHaveLength(1);
    await using python = v03Server({ profile: 'python-0.3' });
    expect(await stream(python)).toMatch(/^data: \{\r\ndata: {3}"task": \{\r\n/);
  });

  it.each(['GET', 'POST'])('lets a %s subscribe', async verb => {
    await using server = v03Server({ agent: () => [inputRequired('?')] });
    const { task } = (await answerTo(server, 'POST /rest/v1/message:send', hi())).body;
    const response = await send(server, `${verb} /rest/v1/tasks/${task.id}:subscribe`);
    expect(response.headers.get('content-type')).toMatch('text/event-stream');
    expect(await response.text()).toContain(task.id);
  });

  it('lets a cancel name its task once more', async () => {
    await using server = v03Server({ agent: () => [inputRequired('?')] });
    const { task } = (await answerTo(server, 'POST /rest/v1/message:send', hi())).body;
    const cancel = `POST /rest/v1/tasks/${task.id}:cancel`;
    expect((await answerTo(server, cancel, { task: task.id })).status).toBe(400);
    const { status, body } = await answerTo(server, cancel, { name: `tasks/${task.id}` });
    expect([status, body.status.state]).toEqual([200, 'TASK_STATE_CANCELLED']);
  });

  it('takes a history length of 0 for all', async () => {
    await using server = v03Server({ agent: () => [completed('well')] });
    const { task } = (await answerTo(server, 'POST /rest/v1/message:send', hi())).body;
    const get = async (query: string) =>
      (await answerTo(server, `GET /rest/v1/tasks/${task.id}${query}`)).body.history;
    expect(await get('?historyLength=0')).toEqual(await get(''));
    expect(await get('?historyLength=1')).toHaveLength(1);
  });

  it.each([
    ['an unknown field', { ...hi(), kind: 'message' }],
    ['references, which this version has no field for', hi({ referenceTaskIds: ['t'] })],
    ['a configuration of 1.0', { ...hi(), configuration: { returnImmediately: true } }],
    ['a field of another kind of part', hi({ content: [{ text: 'a', kind: 'text' }] })],
  ])('refuses %s, unless it is told not to be strict', async (_, body) => {
    await using strict = v03Server();
    expect(await answerTo(strict, 'POST /rest/v1/message:send', body)).toMatchObject({
      status: 400,
      body: { code: -32602, message: expect.stringContaining('no field named') },
    });
    await using lenient = v03Server({ strict: false });
    expect((await answerTo(lenient, 'POST /rest/v1/message:send', body)).status).toBe(200);
  });

  it.each([
    ['a message of JSON-RPC', { message: v03Message('a') }],
    ['a message of 1.0', { message: v1Message('a') }],
    ['no content', hi({ content: [] })],
    ['a part of two things', hi({ content: [{ text: 'a', data: { data: {} } }] })],
    ['data that is no object', hi({ content: [{ data: { data: 1 } }] })],
    ['bare data', hi({ content: [{ data: { a: 1 } }] })],
    ['a file of nothing', hi({ content: [{ file: { name: 'a' } }] })],
    ['no message', {}],
  ])('refuses %s even when it is not strict', async (_, body) => {
    await using server = v03Server({ strict: false });
    expect(await answerTo(server, 'POST /rest/v1/message:send', body)).toMatchObject({
      status: 400,
      body: { code: -32602 },
    });
  });

  it.each([
    ['a missing task', 'GET /rest/v1/tasks/nope', 404, -32001],
    ['an extended card that is not there', 'GET /rest/v1/card', 400, -32007],
  ])('tells of %s with the code of JSON-RPC', async (_, what, status, code) => {
    await using server = v03Server({ extendedCard: false });
    const body = { code, message: expect.any(String) };
    expect(await answerTo(server, what)).toEqual({ status, body });
  });

  it('has no list, and nothing outside /v1', async () => {
    await using server = v03Server();
    for (const path of ['/rest/v1/tasks', '/rest/tasks/x', '/rest/v1']) {
      expect((await send(server, `GET ${path}`)).status).toBe(404);
    }
  });
});
