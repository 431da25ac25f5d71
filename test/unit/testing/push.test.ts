import { createReferenceServer, type PushOptions, type ReferenceServer } from 'a2a-await/testing';
import { describe, expect, it } from 'vitest';
import {
  call,
  dialects,
  type Json,
  praisonMessage,
  v1Message,
  v03Message,
  v03RestMessage,
  type Wire,
} from './support.js';

const url = 'https://hooks.example/1';
const full = { url, token: 'tok', authentication: { scheme: 'Bearer', credentials: 'cred' } };
const fullV03 = { url, token: 'tok', authentication: { schemes: ['Bearer'], credentials: 'cred' } };

/** What a server answers, whichever binding asked. */
interface Answer {
  status: number;
  /** Of an error, its JSON-RPC code over either binding. */
  code?: number;
  /** Absent where there is none. */
  result?: Wire;
  body: Wire;
}

async function http(server: ReferenceServer, what: string, body?: unknown): Promise<Answer> {
  const [method = '', path = ''] = what.split(' ');
  const response = await server.fetch(server.endpoint + path, {
    method,
    headers: { 'a2a-version': '1.0', 'content-type': 'application/json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  return read(response);
}

async function rpc(server: ReferenceServer, method: string, params: unknown): Promise<Answer> {
  const response = await server.fetch(server.endpoint, {
    method: 'POST',
    headers: { 'a2a-version': '1.0', 'content-type': 'application/json' },
    body: JSON.stringify({ jsonrpc: '2.0', id: 7, method, params }),
  });
  return read(response);
}

async function read(response: Response): Promise<Answer> {
  const { status } = response;
  const text = await response.text();
  if (!response.headers.get('content-type')?.includes('json')) return { status, body: text };
  const body = JSON.parse(text);
  if (body?.jsonrpc === '2.0') {
    return { status, body, ...(body.error ? { code: body.error.code } : { result: body.result }) };
  }
  if (status < 400) return { status, body, result: body };
  const reason = body.error?.details?.[0]?.reason;
  const codes: Record<string, number> = {
    TASK_NOT_FOUND: -32001,
    PUSH_NOTIFICATION_NOT_SUPPORTED: -32003,
    UNSUPPORTED_OPERATION: -32004,
    METHOD_NOT_FOUND: -32601,
    INVALID_PARAMS: -32602,
    INTERNAL_ERROR: -32603,
  };
  return { status, body, code: body.code ?? codes[reason] };
}

const rest = (taskId: string, id = '') => `/tasks/${taskId}/pushNotificationConfigs${id && `/${id}`}`;

/** How each dialect asks for the same, in each of its bindings. `config` is as 1.0 has it. */
const kinds = [
  {
    title: '1.0',
    options: { dialect: '1.0' },
    wire: full,
    set: (server: ReferenceServer, taskId: string, config: Json) =>
      rpc(server, 'CreateTaskPushNotificationConfig', { taskId, ...config }),
    get: (server: ReferenceServer, taskId: string, id: string) =>
      rpc(server, 'GetTaskPushNotificationConfig', { taskId, id }),
    list: (server: ReferenceServer, taskId: string) =>
      rpc(server, 'ListTaskPushNotificationConfigs', { taskId }),
    delete: (server: ReferenceServer, taskId: string, id: string) =>
      rpc(server, 'DeleteTaskPushNotificationConfig', { taskId, id }),
    stored: (taskId: string, config: Json): Json => ({ taskId, ...config }),
    listed: (configs: Json[]): unknown => (configs.length > 0 ? { configs } : {}),
    deleted: { status: 200, result: null } as Json,
  },
  {
    title: '0.3',
    options: { dialect: '0.3' },
    wire: fullV03,
    set: (server: ReferenceServer, taskId: string, pushNotificationConfig: Json) =>
      rpc(server, 'tasks/pushNotificationConfig/set', { taskId, pushNotificationConfig }),
    get: (server: ReferenceServer, id: string, pushNotificationConfigId: string) =>
      rpc(server, 'tasks/pushNotificationConfig/get', { id, pushNotificationConfigId }),
    list: (server: ReferenceServer, id: string) => rpc(server, 'tasks/pushNotificationConfig/list', { id }),
    delete: (server: ReferenceServer, id: string, pushNotificationConfigId: string) =>
      rpc(server, 'tasks/pushNotificationConfig/delete', { id, pushNotificationConfigId }),
    stored: (taskId: string, pushNotificationConfig: Json): Json => ({ taskId, pushNotificationConfig }),
    listed: (configs: Json[]): unknown => configs,
    deleted: { status: 200, result: undefined } as Json,
  },
  {
    title: '1.0 over HTTP+JSON',
    options: { dialect: '1.0', bindings: ['HTTP+JSON'] },
    wire: full,
    set: (server: ReferenceServer, taskId: string, config: Json) =>
      http(server, `POST ${rest(taskId)}`, { taskId, ...config }),
    get: (server: ReferenceServer, taskId: string, id: string) => http(server, `GET ${rest(taskId, id)}`),
    list: (server: ReferenceServer, taskId: string) => http(server, `GET ${rest(taskId)}`),
    delete: (server: ReferenceServer, taskId: string, id: string) =>
      http(server, `DELETE ${rest(taskId, id)}`),
    stored: (taskId: string, config: Json): Json => ({ taskId, ...config }),
    listed: (configs: Json[]): unknown => (configs.length > 0 ? { configs } : {}),
    deleted: { status: 200, result: {} } as Json,
  },
  {
    title: '0.3 over HTTP+JSON',
    options: { dialect: '0.3', bindings: ['HTTP+JSON'] },
    wire: fullV03,
    set: (server: ReferenceServer, taskId: string, pushNotificationConfig: Json) => {
      const config = { name: `tasks/${taskId}/pushNotificationConfigs/x`, pushNotificationConfig };
      const parent = `tasks/${taskId}`;
      return http(server, `POST /v1${rest(taskId)}`, { parent, configId: pushNotificationConfig.id, config });
    },
    get: (server: ReferenceServer, taskId: string, id: string) => http(server, `GET /v1${rest(taskId, id)}`),
    list: (server: ReferenceServer, taskId: string) => http(server, `GET /v1${rest(taskId)}`),
    delete: (server: ReferenceServer, taskId: string, id: string) =>
      http(server, `DELETE /v1${rest(taskId, id)}`),
    stored: (taskId: string, pushNotificationConfig: Json): Json => ({
      name: `tasks/${taskId}/pushNotificationConfigs/${pushNotificationConfig.id}`,
      pushNotificationConfig,
    }),
    listed: (configs: Json[]): unknown => ({ configs }),
    deleted: { status: 204, result: undefined } as Json,
  },
] as const;

type Kind = (typeof kinds)[number];

function serverOf({ options }: Pick<Kind, 'options'>, push: boolean | PushOptions = true): ReferenceServer {
  return createReferenceServer({ ...options, push });
}

/** A task of the server's. */
async function taskOf(server: ReferenceServer, { title }: Pick<Kind, 'title'>): Promise<string> {
  const dialect = dialects.find(kind => kind.title === title);
  const { result } = await call(server, dialect?.send ?? '', { message: dialect?.message('hi') });
  return dialect?.taskOf(result).id;
}

describe.each(kinds)('push configurations of $title', kind => {
  it('are set, given, listed and deleted', async () => {
    await using server = serverOf(kind);
    const id = await taskOf(server, kind);
    const [one, two] = [
      { ...kind.wire, id: 'c1' },
      { id: 'c2', url },
    ];
    const created = kind.title === '1.0 over HTTP+JSON' ? 201 : 200;
    expect(await kind.set(server, id, one)).toMatchObject({ status: created, result: kind.stored(id, one) });
    expect((await kind.set(server, id, two)).result).toEqual(kind.stored(id, two));
    expect((await kind.get(server, id, 'c2')).result).toEqual(kind.stored(id, two));
    expect((await kind.get(server, id, 'c1')).result).toEqual(kind.stored(id, one));
    const both = [kind.stored(id, one), kind.stored(id, two)];
    expect((await kind.list(server, id)).result).toEqual(kind.listed(both));
    const { status, result } = await kind.delete(server, id, 'c1');
    expect({ status, result }).toEqual(kind.deleted);
    expect((await kind.list(server, id)).result).toEqual(kind.listed([kind.stored(id, two)]));
    expect((await kind.delete(server, id, 'c2')).code).toBeUndefined();
    expect((await kind.list(server, id)).result).toEqual(kind.listed([]));
  });

  it('replace the one with the same id', async () => {
    await using server = serverOf(kind);
    const id = await taskOf(server, kind);
    await kind.set(server, id, { id: 'c1', url, token: 'old' });
    await kind.set(server, id, { id: 'c1', url });
    expect((await kind.list(server, id)).result).toEqual(kind.listed([kind.stored(id, { id: 'c1', url })]));
  });

  it('have the id of the task where none was sent, or one that was made up', async () => {
    await using server = serverOf(kind);
    const id = await taskOf(server, kind);
    expect((await kind.set(server, id, { url })).result).toEqual(kind.stored(id, { id, url }));
    await using other = serverOf(kind, { quirks: { newId: 'uuid' } });
    const otherId = await taskOf(other, kind);
    const made = JSON.stringify((await kind.set(other, otherId, { url })).result);
    expect(made).toMatch(/"id":"[0-9a-f-]{36}"/);
    expect(made).not.toContain(`"id":"${otherId}"`);
  });

  it('that are not there are −32001, as are those of tasks that are not', async () => {
    await using server = serverOf(kind);
    const id = await taskOf(server, kind);
    await kind.set(server, id, { id: 'c1', url });
    expect((await kind.get(server, id, 'c2')).code).toBe(-32001);
    // In 1.0 a second delete does no harm: section 3.1.10.
    expect((await kind.delete(server, id, 'c2')).code).toBe(
      kind.options.dialect === '1.0' ? undefined : -32001,
    );
    for (const answer of [
      await kind.set(server, 'nobody', { id: 'c1', url }),
      await kind.get(server, 'nobody', 'c1'),
      await kind.list(server, 'nobody'),
      await kind.delete(server, 'nobody', 'c1'),
    ]) {
      expect(answer.code).toBe(-32001);
    }
  });

  it('need a url', async () => {
    await using server = serverOf(kind);
    const id = await taskOf(server, kind);
    expect((await kind.set(server, id, { id: 'c1' })).code).toBe(-32602);
    expect((await kind.set(server, id, { id: 'c1', url, secret: 'x' })).code).toBe(-32602);
    expect((await kind.list(server, id)).result).toEqual(kind.listed([]));
  });

  it('are not to be had unless the option asks for them', async () => {
    await using server = serverOf(kind, false);
    const id = await taskOf(server, kind);
    expect((await kind.set(server, id, { id: 'c1', url })).code).toBe(-32003);
    expect((await kind.get(server, id, 'c1')).code).toBe(-32003);
    expect((await kind.list(server, id)).code).toBe(-32003);
    expect((await kind.delete(server, id, 'c1')).code).toBe(-32003);
  });

  it.each([
    ['all', [true, true, true, true]],
    ['no-delete', [true, true, true, false]],
    ['set-only', [true, false, false, false]],
    ['none', [false, false, false, false]],
  ] as const)('methods: %s', async (methods, there) => {
    await using server = serverOf(kind, { methods });
    const id = await taskOf(server, kind);
    const codes = [
      (await kind.set(server, id, { id: 'c1', url })).code,
      (await kind.get(server, id, 'c1')).code,
      (await kind.list(server, id)).code,
      (await kind.delete(server, id, 'c1')).code,
    ];
    expect(codes).toEqual(there.map(isThere => (isThere ? undefined : -32003)));
    const card: Wire = await (await server.fetch(server.cardUrl)).json();
    expect(card.capabilities.pushNotifications).toBe(methods !== 'none');
  });

  it.each([-32003, -32004, -32601, 404, 405, 501] as const)('are refused with %d', async refusal => {
    await using server = serverOf(kind, { methods: 'no-delete', refusal });
    const id = await taskOf(server, kind);
    await kind.set(server, id, { id: 'c1', url });
    const { status, code } = await kind.delete(server, id, 'c1');
    expect(refusal > 0 ? status : code).toBe(refusal);
  });

  it.each([
    ['unknown ones with another code', { unknownConfig: -32603 }, 'get', -32603],
    ['of any task, whether it is there', { checksTask: false }, 'set', undefined],
  ] as const)('as some servers have them: %s', async (_, quirks, operation, code) => {
    await using server = serverOf(kind, { quirks });
    const id = operation === 'set' ? 'nobody' : await taskOf(server, kind);
    const answer =
      operation === 'set' ? await kind.set(server, id, { id: 'c1', url }) : await kind.get(server, id, 'c1');
    expect(answer.code).toBe(code);
  });

  it('as some servers have them: any one is given for any other', async () => {
    await using server = serverOf(kind, { quirks: { getIgnoresId: true } });
    const id = await taskOf(server, kind);
    await kind.set(server, id, { id: 'c1', url });
    expect((await kind.get(server, id, 'c2')).result).toEqual(kind.stored(id, { id: 'c1', url }));
  });

  it.each([
    ['null', null],
    ['empty', {}],
    ['nothing', undefined],
    ['deleted', { deleted: true }],
  ] as const)('as some servers delete them: %s', async (deleted, result) => {
    await using server = serverOf(kind, { quirks: { deleted } });
    const id = await taskOf(server, kind);
    await kind.set(server, id, { id: 'c1', url });
    const answer = await kind.delete(server, id, 'c1');
    expect(answer.result).toEqual(result);
    if (deleted === 'nothing') expect(answer.body === '' || !('result' in answer.body)).toBe(true);
  });

  it('as some servers list them', async () => {
    for (const listed of ['configs', 'array', 'null'] as const) {
      await using server = serverOf(kind, { quirks: { listed } });
      const id = await taskOf(server, kind);
      const empty = (await kind.list(server, id)).result;
      await kind.set(server, id, { id: 'c1', url });
      const { result } = await kind.list(server, id);
      const one = kind.stored(id, { id: 'c1', url });
      if (listed === 'null') expect([empty, result]).toEqual([null, kind.listed([one])]);
      if (listed === 'array') expect([empty, result]).toEqual([[], [one]]);
      if (listed === 'configs') expect(result).toEqual({ configs: [one] });
    }
  });
});

describe('1.0', () => {
  const [v1, , v1Rest] = kinds;

  it.each([v1, v1Rest])('lists by the page, $title', async kind => {
    await using server = serverOf(kind);
    const id = await taskOf(server, kind);
    for (const name of ['ä', 'b', 'c']) await kind.set(server, id, { id: name, url });
    const page = async (fields: Json): Promise<Wire> =>
      kind === v1
        ? (await rpc(server, 'ListTaskPushNotificationConfigs', { taskId: id, ...fields })).result
        : (await http(server, `GET ${rest(id)}?${new URLSearchParams(fields as Record<string, string>)}`))
            .body;
    const ids = ({ configs }: Wire) => configs.map((config: Wire) => config.id);
    const first = await page({ pageSize: 2 });
    expect(ids(first)).toEqual(['ä', 'b']);
    const second = await page({ pageSize: 2, pageToken: first.nextPageToken });
    expect(ids(second)).toEqual(['c']);
    expect(second).not.toHaveProperty('nextPageToken');
    expect(ids(await page({}))).toEqual(['ä', 'b', 'c']);
  });

  it('refuses a page that there is not', async () => {
    await using server = serverOf(v1);
    const taskId = await taskOf(server, v1);
    const list = (fields: Json) => rpc(server, 'ListTaskPushNotificationConfigs', { taskId, ...fields });
    expect((await list({ pageToken: 'x' })).code).toBe(-32602);
    expect((await list({ pageSize: -1 })).code).toBe(-32602);
  });

  it('wraps them as the Rust server does, if it is to', async () => {
    await using server = serverOf(v1, { quirks: { nested: true } });
    const id = await taskOf(server, v1);
    const { result } = await v1.set(server, id, { id: 'c1', ...full });
    expect(result).toEqual({ taskId: id, config: { id: 'c1', ...full } });
  });

  it('over HTTP+JSON takes the task from the path, and no other from the body', async () => {
    await using server = serverOf(v1Rest);
    const id = await taskOf(server, v1Rest);
    expect((await http(server, `POST ${rest(id)}`, { id: 'c1', url })).status).toBe(201);
    expect((await http(server, `POST ${rest(id)}`, { id: 'c1', url, taskId: 'other' })).code).toBe(-32602);
  });

  it('over HTTP+JSON takes the task from the body only, if it is to', async () => {
    await using server = serverOf(v1Rest, { quirks: { taskIdIn: 'body' } });
    const id = await taskOf(server, v1Rest);
    expect((await http(server, `POST ${rest(id)}`, { id: 'c1', url })).code).toBe(-32602);
    expect((await http(server, `POST ${rest(id)}`, { id: 'c1', url, taskId: id })).status).toBe(201);
  });
});

describe('0.3', () => {
  const [, v03, , v03Rest] = kinds;

  it('gives the first one where no id is named', async () => {
    await using server = serverOf(v03);
    const id = await taskOf(server, v03);
    await v03.set(server, id, { id: 'c1', url });
    const { result } = await rpc(server, 'tasks/pushNotificationConfig/get', { id });
    expect(result).toEqual(v03.stored(id, { id: 'c1', url }));
  });

  it('over HTTP+JSON takes the id from beside the configuration, too', async () => {
    await using server = serverOf(v03Rest);
    const id = await taskOf(server, v03Rest);
    const body = { configId: 'c1', config: { pushNotificationConfig: { url } } };
    const { result } = await http(server, `POST /v1${rest(id)}`, body);
    expect(result).toEqual(v03Rest.stored(id, { id: 'c1', url }));
  });

  it('over HTTP+JSON takes it bare, if it is to', async () => {
    await using server = serverOf(v03Rest, { quirks: { restBody: 'bare' } });
    const id = await taskOf(server, v03Rest);
    const bare = { pushNotificationConfig: { id: 'c1', url } };
    expect((await http(server, `POST /v1${rest(id)}`, { config: bare })).code).toBe(-32602);
    const { result } = await http(server, `POST /v1${rest(id)}`, bare);
    expect(result).toEqual(v03Rest.stored(id, { id: 'c1', url }));
  });
});

describe('PraisonAI with the extension of its guide', () => {
  const push = (server: ReferenceServer, operation: string, params: Json = {}) =>
    rpc(server, `tasks/pushNotificationConfig/${operation}`, params);

  it('has one configuration for each task, known or not, and lists those of all', async () => {
    await using server = createReferenceServer({ dialect: 'praison', push: true });
    const one = { taskId: 't1', ...full };
    expect((await push(server, 'set', one)).result).toEqual(one);
    // What was not given it prints, too.
    const two = { taskId: 't2', url, token: null, authentication: {} };
    expect((await push(server, 'set', { taskId: 't2', url, id: 'ignored' })).result).toEqual(two);
    expect((await push(server, 'get', { taskId: 't1' })).result).toEqual(one);
    expect((await push(server, 'list', { taskId: 't1' })).result).toEqual({ configs: [one, two] });
    expect((await push(server, 'delete', { taskId: 't1' })).result).toEqual({ deleted: true });
    expect((await push(server, 'list')).result).toEqual({ configs: [two] });
    await push(server, 'set', { ...two, token: 'new' });
    expect((await push(server, 'list')).result).toEqual({ configs: [{ ...two, token: 'new' }] });
  });

  it('says −32000 where there is none, and −32602 without what it needs', async () => {
    await using server = createReferenceServer({ dialect: 'praison', push: true });
    expect((await push(server, 'get', { taskId: 't1' })).code).toBe(-32000);
    expect((await push(server, 'delete', { taskId: 't1' })).code).toBe(-32000);
    for (const params of [{ taskId: 't1' }, { url }, {}, { taskId: 1, url }]) {
      expect((await push(server, 'set', params)).code).toBe(-32602);
    }
    expect((await push(server, 'get')).code).toBe(-32000);
    expect((await push(server, 'delete')).code).toBe(-32000);
  });

  it('says so on its card, and what it lacks as it does without the extension', async () => {
    await using server = createReferenceServer({ dialect: 'praison', push: { methods: 'set-only' } });
    const card: Wire = await (await server.fetch(server.cardUrl)).json();
    expect(card.capabilities.pushNotifications).toBe(true);
    const { error } = (await push(server, 'get', { taskId: 't1' })).body;
    const message = 'Push notifications not supported: tasks/pushNotificationConfig/get';
    expect(error).toEqual({ code: -32601, message });
    await using plain = createReferenceServer({ dialect: 'praison' });
    expect((await push(plain, 'get', { taskId: 't1' })).body.error).toEqual({ code: -32601, message });
  });
});

describe('a configuration that comes with a message', () => {
  const names = ['taskPushNotificationConfig', 'pushNotificationConfig', 'taskPushNotificationConfig'];
  const messages = [v1Message, v03Message, v1Message, v03RestMessage];
  const sends = kinds.map((kind, index) => ({
    ...kind,
    send(server: ReferenceServer, config: Json) {
      const method = kind.options.dialect === '1.0' ? 'SendMessage' : 'message/send';
      const configuration = { [names[index] ?? 'pushNotification']: config };
      return call(server, method, { message: messages[index]?.('hi'), configuration });
    },
  }));

  it.each(sends)('is stored with the task, in $title', async kind => {
    await using server = serverOf(kind, { fetch: async () => new Response(null, { status: 204 }) });
    const config = { ...kind.wire, id: 'c1' };
    expect(await kind.send(server, config)).not.toHaveProperty('error');
    const id = server.tasks.list()[0]?.id ?? '';
    expect((await kind.get(server, id, 'c1')).result).toEqual(kind.stored(id, config));
  });

  it.each(sends)('is ignored or refused, if it is to be, in $title', async kind => {
    const config = { ...kind.wire, id: 'c1' };
    await using ignoring = serverOf(kind, { inBand: 'ignore' });
    expect(await kind.send(ignoring, config)).not.toHaveProperty('error');
    const id = ignoring.tasks.list()[0]?.id ?? '';
    expect((await kind.list(ignoring, id)).result).toEqual(kind.listed([]));
    for (const push of [{ inBand: 'refuse' } as const, false]) {
      await using refusing = serverOf(kind, push);
      const { error } = await kind.send(refusing, config);
      expect(error.message ?? error).toBe('Push Notification is not supported');
      expect(refusing.tasks.size).toBe(0);
    }
  });

  it('means nothing to PraisonAI', async () => {
    await using server = createReferenceServer({ dialect: 'praison', push: true });
    const configuration = { pushNotificationConfig: { url } };
    await call(server, 'message/send', { message: praisonMessage('hi'), configuration });
    expect((await rpc(server, 'tasks/pushNotificationConfig/list', {})).result).toEqual({ configs: [] });
  });
});

it('configurations are bounded, as tasks are', async () => {
  await using server = createReferenceServer({ dialect: 'praison', push: true, maxTasks: 2 });
  for (const taskId of ['t1', 't2', 't3', 't3']) {
    await rpc(server, 'tasks/pushNotificationConfig/set', { taskId, url });
  }
  const { configs } = (await rpc(server, 'tasks/pushNotificationConfig/list', {})).result;
  expect(configs.map((config: Wire) => config.taskId)).toEqual(['t2', 't3']);
});

it.each([
  ['push.methods', { methods: 'some' }],
  ['push.refusal', { refusal: 500 }],
  ['push.inBand', { inBand: 'maybe' }],
  ['push.mishap', { mishap: 'explode' }],
  ['push.mishap', { mishap: 'deaf' }],
  ['push.mishap.delay', { mishap: { delay: -1 } }],
  ['shape', { shape: 'x' }],
  ['retries', { retries: -1 }],
])('an option that makes no sense is a TypeError that names it: %s', (name, push) => {
  expect(() => createReferenceServer({ push: push as PushOptions })).toThrow(`${name} must`);
});
