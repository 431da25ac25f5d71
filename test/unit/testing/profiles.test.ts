import {
  artifact,
  completed,
  createReferenceServer,
  type ReferenceServer,
  type ReferenceServerOptions,
  working,
} from 'a2a-await/testing';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Json, v1Message, v03Message, v03RestMessage, type Wire } from './support.js';

type Profiled = Pick<ReferenceServerOptions, 'profile' | 'dialect' | 'bindings'>;

/** Calls by JSON-RPC. */
async function rpc(server: ReferenceServer, method: string, params: Json, headers = {}): Promise<Wire> {
  const response = await server.fetch(server.endpoint, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
  });
  return response.json();
}

/** Calls by HTTP+JSON, at a path below the endpoint. */
async function rest(server: ReferenceServer, path: string, body: Json, headers = {}): Promise<Response> {
  return server.fetch(`${server.url}/rest${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
}

const v1 = { 'a2a-version': '1.0' };

describe('a profile is refused', () => {
  const refused: [title: string, options: object, option: RegExp][] = [
    ['that there is not', { profile: 'java-1.2' }, /^profile must be one of python-1\.1, js-1\.3/],
    [
      'in a dialect that its server has not',
      { profile: 'js-0.3', dialect: '1.0' },
      /^dialect must not be 1\.0/,
    ],
    ['in a dialect that there is not', { profile: 'js-0.3', dialect: '2.0' }, /^dialect must be one of/],
    ['of PraisonAI, in another dialect', { profile: 'praison', dialect: '0.3' }, /^dialect must not be 0\.3/],
    [
      'in a binding that was not recorded',
      { profile: 'python-1.1', bindings: ['JSONRPC', 'HTTP+JSON'] },
      /^bindings must not be HTTP\+JSON with the profile python-1\.1/,
    ],
    [
      'in a binding that was not recorded with that dialect',
      { profile: 'js-1.3', dialect: '0.3', bindings: ['JSONRPC'] },
      /^bindings must not be JSONRPC/,
    ],
    [
      'in a binding that there is not',
      { profile: 'js-1.3', bindings: ['GRPC'] },
      /^bindings must not be GRPC/,
    ],
  ];

  it.each(refused)('%s', (_title, options, message) => {
    expect(() => createReferenceServer(options)).toThrow(expect.objectContaining({ name: 'TypeError' }));
    expect(() => createReferenceServer(options)).toThrow(message);
  });
});

describe('a profile decides where nothing else is said', () => {
  const endpoints: [options: Profiled, endpoint: string][] = [
    [{ profile: 'python-1.1' }, 'http://agent.test/'],
    [{ profile: 'python-1.1', dialect: '0.3' }, 'http://agent.test/'],
    [{ profile: 'js-1.3' }, 'http://agent.test/jsonrpc'],
    [{ profile: 'js-1.3', bindings: ['HTTP+JSON'] }, 'http://agent.test/rest'],
    [{ profile: 'js-1.3', dialect: '0.3' }, 'http://agent.test/rest'],
    [{ profile: 'python-0.3' }, 'http://agent.test/'],
    [{ profile: 'js-0.3' }, 'http://agent.test/jsonrpc'],
    [{ profile: 'praison' }, 'http://agent.test/a2a'],
  ];

  it.each(endpoints)('the endpoint of %o', async (options, endpoint) => {
    await using server = createReferenceServer(options);
    expect(server.endpoint).toBe(endpoint);
  });

  it('whether unknown fields are taken', async () => {
    const params = { message: v1Message('hello'), surprise: 1 };
    await using js = createReferenceServer({ profile: 'js-1.3' });
    expect((await rpc(js, 'SendMessage', params, v1)).result.task.status.state).toBe('TASK_STATE_COMPLETED');
    await using strict = createReferenceServer({ profile: 'js-1.3', strict: true });
    expect((await rpc(strict, 'SendMessage', params, v1)).error.code).toBe(-32602);
    await using python = createReferenceServer({ profile: 'python-1.1' });
    expect((await rpc(python, 'SendMessage', params, v1)).error.code).toBe(-32602);
    await using lenient = createReferenceServer({ profile: 'python-1.1', strict: false });
    expect((await rpc(lenient, 'SendMessage', params, v1)).result.task).toBeDefined();
  });

  it('how long the card may be kept', async () => {
    const told = async (options: ReferenceServerOptions) => {
      await using server = createReferenceServer(options);
      return (await server.fetch(server.cardUrl)).headers.get('cache-control');
    };
    expect(await told({ profile: 'python-1.1' })).toBeNull();
    expect(await told({ profile: 'python-1.1', cardMaxAge: 60 })).toBe('max-age=60');
    expect(await told({ profile: 'js-1.3' })).toBe('public, max-age=3600');
    expect(await told({ profile: 'js-1.3', cardMaxAge: 60 })).toBe('public, max-age=60');
  });

  it('the losses of its store', async () => {
    const since = async (options: ReferenceServerOptions) => {
      await using server = createReferenceServer(options);
      const { result } = await rpc(server, 'SendMessage', { message: v1Message('hello') }, v1);
      const { timestamp } = result.task.status;
      return (await rpc(server, 'ListTasks', { statusTimestampAfter: timestamp }, v1)).result.tasks.length;
    };
    expect(await since({ profile: 'js-1.3' })).toBe(0);
    expect(await since({ profile: 'js-1.3', store: 'sound' })).toBe(1);
  });
});

describe('a profile with its older clients', () => {
  it('speaks the newer version as well: python-1.1', async () => {
    await using server = createReferenceServer({
      profile: 'python-1.1',
      dialect: '0.3',
      bindings: ['JSONRPC', 'HTTP+JSON'],
    });
    const older = await rpc(server, 'message/send', { message: v03Message('hello') });
    expect(older.result.status.state).toBe('completed');
    const newer = await rpc(server, 'GetTask', { id: older.result.id }, v1);
    expect(newer.result.status.state).toBe('TASK_STATE_COMPLETED');
    expect((await rpc(server, 'tasks/get', { id: older.result.id }, v1)).error).toEqual({
      code: -32603,
      message: "A2A version '1.0' is not supported by this handler. Expected version '0.3'.",
      data: null,
    });
    const response = await rest(server, '/message:send', { message: v1Message('hello') }, v1);
    expect(await response.json()).toMatchObject({ task: { status: { state: 'TASK_STATE_COMPLETED' } } });
  });

  it('speaks the newer version as well: js-1.3', async () => {
    await using server = createReferenceServer({ profile: 'js-1.3', dialect: '0.3' });
    const older = await rest(server, '/v1/message:send', { message: v03RestMessage('hello') });
    expect([older.status, older.headers.get('content-type')]).toEqual([
      201,
      'application/json; charset=utf-8',
    ]);
    const newer = await rest(server, '/message:send', { message: v1Message('hello') }, v1);
    expect([newer.status, newer.headers.get('content-type')]).toEqual([
      200,
      'application/a2a+json; charset=utf-8',
    ]);
  });

  it('has a card for each version: js-1.3', async () => {
    await using server = createReferenceServer({ profile: 'js-1.3', dialect: '0.3' });
    const cardFor = async (headers: Record<string, string>) =>
      Object.keys(await (await server.fetch(server.cardUrl, { headers })).json());
    expect(await cardFor(v1)).not.toContain('protocolVersion');
    expect(await cardFor({})).toEqual(expect.arrayContaining(['protocolVersion', 'supportedInterfaces']));
  });
});

describe('a throw', () => {
  const agent = async function* () {
    yield working();
    throw new Error('boom');
  };

  it('fails another task, and leaves this one at work: js-0.3', async () => {
    await using server = createReferenceServer({ profile: 'js-0.3', agent });
    const { result } = await rpc(server, 'message/send', { message: v03Message('hello') });
    expect(result.status.state).toBe('failed');
    expect(server.tasks.list().map(({ id, status }) => [id === result.id, status.state])).toEqual([
      [false, 'working'],
    ]);
  });

  it('fails the task: js-1.3', async () => {
    await using server = createReferenceServer({ profile: 'js-1.3', agent });
    const { result } = await rpc(server, 'SendMessage', { message: v1Message('hello') }, v1);
    expect(server.tasks.get(result.task.id)?.status.state).toBe('failed');
  });
});

describe('notifications are sent as the server does', () => {
  const authentication = { scheme: 'Bearer', credentials: 'secret' };
  const schemes = { schemes: ['Bearer'], credentials: 'secret' };
  const config = { url: 'https://app.example/hook', token: 'token' };
  const flat = { taskPushNotificationConfig: { ...config, authentication } };
  const nested = { pushNotificationConfig: { ...config, authentication: schemes } };
  const inRest = { pushNotification: { ...config, authentication: schemes } };

  type Sent = [type: string | undefined, token: string | undefined, authorization: string | undefined];

  const rows: [
    options: Profiled,
    send: (server: ReferenceServer) => Promise<unknown>,
    sent: Sent,
    body: string,
  ][] = [
    [
      { profile: 'python-1.1' },
      server => rpc(server, 'SendMessage', { message: v1Message('x'), configuration: flat }, v1),
      ['application/json', 'token', undefined],
      'task,statusUpdate,artifactUpdate,statusUpdate',
    ],
    [
      { profile: 'python-1.1', dialect: '0.3' },
      server => rpc(server, 'message/send', { message: v03Message('x'), configuration: nested }),
      ['application/json', 'token', undefined],
      'task,statusUpdate,artifactUpdate,statusUpdate',
    ],
    [
      { profile: 'js-1.3' },
      server => rpc(server, 'SendMessage', { message: v1Message('x'), configuration: flat }, v1),
      ['application/a2a+json', undefined, 'Bearer secret'],
      'task,statusUpdate,artifactUpdate,statusUpdate',
    ],
    [
      { profile: 'js-1.3', dialect: '0.3' },
      server => rest(server, '/v1/message:send', { message: v03RestMessage('x'), configuration: inRest }),
      ['application/json', undefined, 'Bearer secret'],
      'kind:task,kind:status-update,kind:artifact-update,kind:status-update',
    ],
    [
      { profile: 'python-0.3' },
      server => rpc(server, 'message/send', { message: v03Message('x'), configuration: nested }),
      ['application/json', 'token', undefined],
      'kind:task,kind:task,kind:task,kind:task',
    ],
    [
      { profile: 'js-0.3' },
      server => rpc(server, 'message/send', { message: v03Message('x'), configuration: nested }),
      ['application/json', 'token', undefined],
      'kind:task,kind:task,kind:task,kind:task',
    ],
  ];

  it.each(rows)('%o', async (options, send, sent, bodies) => {
    const fetch = async () => new Response(null, { status: 204 });
    await using server = createReferenceServer({ ...options, push: { fetch } });
    await send(server);
    await vi.waitFor(() => expect(server.notifications).toHaveLength(4));
    const { headers = {} } = server.notifications[0] ?? {};
    const { authorization } = headers;
    expect([headers['content-type'], headers['x-a2a-notification-token'], authorization]).toEqual(sent);
    const told = server.notifications.map(({ body }) => {
      const { kind, ...rest } = body as Json;
      return kind ? `kind:${kind}` : Object.keys(rest).join();
    });
    expect(told.join()).toBe(bodies);
  });

  it('unless they are to be sent otherwise', async () => {
    const fetch = async () => new Response(null, { status: 204 });
    const push = { fetch, contentType: 'application/json', token: 'always' } as const;
    await using server = createReferenceServer({ profile: 'js-1.3', push });
    await rpc(server, 'SendMessage', { message: v1Message('x'), configuration: flat }, v1);
    await vi.waitFor(() => expect(server.notifications).toHaveLength(4));
    expect(server.notifications[0]?.headers).toMatchObject({
      'content-type': 'application/json',
      'x-a2a-notification-token': 'token',
    });
  });

  it('only where there are any', async () => {
    await using server = createReferenceServer({ profile: 'js-1.3' });
    const { capabilities } = await (await server.fetch(server.cardUrl)).json();
    expect(capabilities.pushNotifications).toBe(false);
  });
});

describe('a quiet stream', () => {
  beforeEach(() => {
    vi.useFakeTimers({ now: new Date('2026-01-02T03:04:05.678Z') });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  const agent: ReferenceServerOptions['agent'] = async function* (turn) {
    yield working();
    await turn.sleep(40_000);
    yield artifact('done');
    yield completed();
  };

  async function open(server: ReferenceServer): Promise<{ text: () => string; leave: () => Promise<void> }> {
    const response = await server.fetch(server.endpoint, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...v1 },
      body: JSON.stringify({
        jsonrpc: '2.0',
        id: 1,
        method: 'SendStreamingMessage',
        params: { message: v1Message('x') },
      }),
    });
    const reader = response.body?.getReader();
    if (!reader) throw new Error('There is no body.');
    let read = '';
    const pump = async () => {
      for (;;) {
        const { done, value } = await reader.read();
        if (done) return;
        read += new TextDecoder().decode(value);
      }
    };
    pump().catch(() => {});
    return { text: () => read, leave: () => reader.cancel() };
  }

  const comments = (text: string) => text.split('\r\n').filter(line => line.startsWith(':'));

  it('has a comment every 15 s where it is a Python server’s, and none once it has ended', async () => {
    await using server = createReferenceServer({ profile: 'python-1.1', agent });
    const stream = await open(server);
    await vi.advanceTimersByTimeAsync(39_000);
    expect(comments(stream.text())).toEqual([
      ': ping - 2026-01-02 03:04:20.678000+00:00',
      ': ping - 2026-01-02 03:04:35.678000+00:00',
    ]);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(comments(stream.text())).toHaveLength(2);
    expect(stream.text()).toContain('TASK_STATE_COMPLETED');
    expect(vi.getTimerCount()).toBe(0);
  });

  it('leaves no timer when its reader leaves', async () => {
    await using server = createReferenceServer({ profile: 'python-1.1', agent });
    const stream = await open(server);
    await vi.advanceTimersByTimeAsync(1_000);
    await stream.leave();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('has none where it is deaf', async () => {
    await using server = createReferenceServer({ profile: 'python-1.1', agent, streamMishap: 'deaf' });
    const stream = await open(server);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(stream.text()).toBe('');
  });

  it('has none where it is another server’s', async () => {
    await using server = createReferenceServer({ profile: 'js-1.3', agent });
    const stream = await open(server);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(comments(stream.text().replaceAll('\n', '\r\n'))).toEqual([]);
  });
});
