import {
  A2AClient,
  ExtensionSupportRequiredError,
  InvalidParamsError,
  textOf,
  UnsupportedOperationError,
} from 'a2a-await';
import { createReferenceServer, type ReferenceServerOptions, working } from 'a2a-await/testing';
import { describe, expect, it } from 'vitest';
import { agents, pair } from '../../support/agents.js';
import { rejection } from '../../support/settling.js';
import { ask, call, dialects, post, v1Message } from './support.js';

describe.each(agents)('an API key, on $title', kind => {
  it('lets only those in who have it, in its header', async () => {
    await using it = pair(kind, { auth: { apiKey: 'secret', header: 'X-Key' } });
    const statuses = [];
    for (const headers of [{}, { 'x-key': 'wrong' }, { 'x-api-key': 'secret' }, { 'x-key': 'secret' }]) {
      const method = kind.dialect === '1.0' ? 'GetTask' : 'tasks/get';
      const init = { headers: { 'a2a-version': '1.0', ...headers } };
      statuses.push((await ask(it.server, method, { id: 'x' }, init)).status);
    }
    expect(statuses.slice(0, 3)).toEqual([401, 401, 401]);
    expect(statuses[3]).not.toBe(401);
  });

  it('is named by the card, as our client reads it', async () => {
    await using it = pair(kind, { auth: { apiKey: 'secret', header: 'X-Key' } });
    const { securitySchemes } = await it.client.getAgentCard();
    expect(securitySchemes).toMatchObject({ apiKey: { type: 'apiKey', name: 'X-Key' } });
  });

  it.each([
    ['headers', { headers: { 'X-API-Key': 'secret' } }],
    ['a handler', { auth: { headers: () => ({ 'X-API-Key': 'secret' }) } }],
  ])('is given by %s of our client', async (_, options) => {
    await using it = pair(kind, { auth: { apiKey: 'secret' } }, options);
    expect(textOf(await it.client.sendMessage('hi'))).toBe('You said: hi');
  });

  it('that has changed is asked for again', async () => {
    let valid = 'old';
    const reasons: string[] = [];
    const auth = {
      headers({ reason }: { reason: string }) {
        reasons.push(reason);
        return { 'X-API-Key': valid };
      },
    };
    await using it = pair(kind, { auth: { apiKey: () => valid } }, { auth });
    await it.client.sendMessage('hi');
    valid = 'new';
    await it.client.sendMessage('hi');
    expect(reasons).toEqual(['start', 'unauthorized']);
  });
});

it.each<ReferenceServerOptions>([
  { profile: 'python-1.1' },
  { profile: 'python-1.1', dialect: '0.3' },
  { profile: 'js-1.3' },
  { profile: 'js-1.3', dialect: '0.3' },
  { profile: 'python-0.3' },
  { profile: 'js-0.3' },
  { profile: 'praison' },
])('the card of %o names the API key to clients of either version', async options => {
  await using server = createReferenceServer({ ...options, auth: { apiKey: 'secret' } });
  const client = new A2AClient(server.url, { fetch: server.fetch, headers: { 'X-API-Key': 'secret' } });
  expect((await client.getAgentCard()).securitySchemes).toMatchObject({
    apiKey: { type: 'apiKey', name: 'X-API-Key' },
  });
  const old = await (await server.fetch(server.cardUrl)).json();
  expect(JSON.stringify(old.securitySchemes)).toContain('"name":"X-API-Key"');
  await client.sendMessage('hi');
  await client.close();
});

it('the card that python-1.1 has for both versions names its API key in the words of both', async () => {
  await using server = createReferenceServer({
    profile: 'python-1.1',
    dialect: '0.3',
    auth: { apiKey: 'secret' },
  });
  const { securitySchemes } = await (await server.fetch(server.cardUrl)).json();
  expect(securitySchemes.apiKey).toEqual({
    apiKeySecurityScheme: { location: 'header', name: 'X-API-Key' },
    in: 'header',
    name: 'X-API-Key',
    type: 'apiKey',
  });
});

describe('without streams', () => {
  it.each(dialects)('$title says so in its card, and refuses them', async style => {
    const { dialect, bindings } = style;
    await using server = createReferenceServer({ dialect, bindings, streaming: false });
    const card = await (await server.fetch(server.cardUrl)).json();
    expect(card.capabilities.streaming).toBe(false);
    const method = dialect === '1.0' ? 'SendStreamingMessage' : 'message/stream';
    const response = await ask(server, method, { message: style.message('hi') });
    expect(response.headers.get('content-type')).toContain('json');
    expect(await response.text()).toMatch(/not support/);
    expect(server.tasks.size).toBe(0);
  });

  it.each(agents)('our client still runs to the end, on $title', async kind => {
    await using it = pair(kind, {
      streaming: false,
      async *agent(turn) {
        yield working();
        await turn.sleep(5);
      },
    });
    const task = await it.client.run('hi', { schedule: { minimum: 1, interval: () => 2 } });
    expect(task).toMatchObject({ status: { state: 'completed' } });
  });

  it('our client is told by its kind of error', async () => {
    await using it = pair('1.0', { streaming: false });
    const error = await rejection(it.client.streamMessage('hi').next());
    expect(error).toBeInstanceOf(UnsupportedOperationError);
  });
});

describe('an extension', () => {
  const uri = 'https://example.com/ext';
  const required = [{ uri, required: true, params: { level: 1 } }, { uri: 'https://example.com/other' }];

  it.each(agents.filter(({ dialect }) => dialect !== 'praison'))('is in the card, on $title', async kind => {
    await using it = pair(kind, { extensions: required });
    expect((await it.client.getAgentCard()).capabilities.extensions).toEqual(required);
  });

  it.each<ReferenceServerOptions>([
    {},
    { bindings: ['HTTP+JSON'] },
    { profile: 'python-1.1' },
    { profile: 'js-1.3' },
    { profile: 'js-1.3', bindings: ['HTTP+JSON'] },
  ])('that is required has to be named: %o', async options => {
    await using server = createReferenceServer({ ...options, extensions: required });
    const send = (headers: Record<string, string>) =>
      call(
        server,
        'SendMessage',
        { message: v1Message('hi') },
        { headers: { 'a2a-version': '1.0', ...headers } },
      );
    expect((await send({})).error?.code).toBe(-32008);
    expect((await send({ 'a2a-extensions': 'https://example.com/other' })).error?.code).toBe(-32008);
    expect(server.tasks.size).toBe(0);
    expect((await send({ 'a2a-extensions': `urn:x, ${uri}` })).result.task).toBeDefined();
  });

  it.each([
    ['1.0', 'a2a-extensions'],
    ['0.3', 'x-a2a-extensions'],
  ] as const)('that is active is told by %s in %s; one that is not known is not', async (dialect, name) => {
    await using server = createReferenceServer({ dialect, extensions: [{ uri }, { uri: 'urn:b' }] });
    const told = async (asked: string) => {
      const headers = { 'a2a-version': '1.0', [name]: asked };
      return (await ask(server, 'GetTask', { id: 'x' }, { headers })).headers.get(name);
    };
    expect(await told(`urn:b,urn:unknown, ${uri}`)).toBe(`${uri}, urn:b`);
    expect(await told('urn:unknown')).toBe(null);
  });

  it('that our client does not name, it does not even send for', async () => {
    await using it = pair('1.0', { extensions: required });
    expect(await rejection(it.client.sendMessage('hi'))).toBeInstanceOf(ExtensionSupportRequiredError);
    expect(it.calls('SendMessage')).toBe(0);
    await it.client.sendMessage({ parts: ['hi'], extensions: [uri] });
    expect(it.server.tasks.size).toBe(1);
  });
});

describe('a tenant', () => {
  it.each(agents.filter(({ dialect }) => dialect === '1.0'))(
    'is in the card, and in every call of our client, on $title',
    async kind => {
      await using it = pair(kind, { tenant: 'acme' });
      await it.client.run('hi');
      const { tasks } = await it.client.listTasks();
      expect(await it.client.getTask(tasks[0]?.id ?? '')).toMatchObject({ status: { state: 'completed' } });
      expect((await it.client.getAgentCard()).supportedInterfaces).toMatchObject([{ tenant: 'acme' }]);
    },
  );

  it.each(agents.filter(({ dialect }) => dialect === '1.0'))(
    'has a server of its own: others are refused, on $title',
    async kind => {
      await using it = pair(kind, { tenant: 'acme' }, { tenant: 'other' });
      expect(await rejection(it.client.sendMessage('hi'))).toBeInstanceOf(InvalidParamsError);
      expect((await call(it.server, 'GetTask', { id: 'x' })).error?.code).toBe(-32602);
      expect(it.server.tasks.size).toBe(0);
    },
  );

  it('is in the path over HTTP+JSON', async () => {
    await using server = createReferenceServer({ tenant: 'acme corp', bindings: ['HTTP+JSON'] });
    const get = async (path: string) =>
      (await server.fetch(`${server.endpoint}${path}`, { headers: { 'a2a-version': '1.0' } })).status;
    expect([await get('/acme%20corp/tasks'), await get('/other/tasks'), await get('/tasks')]).toEqual([
      200, 400, 400,
    ]);
  });
});

describe('an extended card that is not configured', () => {
  it.each(dialects.filter(({ dialect }) => dialect !== 'praison'))(
    '$title promises, and refuses',
    async ({ dialect, bindings }) => {
      await using server = createReferenceServer({ dialect, bindings, extendedCard: 'not-configured' });
      const card = await (await server.fetch(server.cardUrl)).json();
      expect(card.capabilities.extendedAgentCard ?? card.supportsAuthenticatedExtendedCard).toBe(true);
      const method = dialect === '1.0' ? 'GetExtendedAgentCard' : 'agent/getAuthenticatedExtendedCard';
      expect((await call(server, method)).error?.code).toBe(-32007);
    },
  );
});

it.each([
  ['1.0.0', 409],
  ['1.0.1', 400],
] as const)('over HTTP+JSON a task that cannot be canceled is, of %s, a %i', async (restStatuses, status) => {
  await using server = createReferenceServer({ bindings: ['HTTP+JSON'], restStatuses });
  const { result } = await call(server, 'SendMessage', { message: v1Message('hi') });
  expect((await ask(server, 'CancelTask', { id: result.task.id })).status).toBe(status);
});

it.each([
  [{ auth: {} }, 'auth'],
  [{ auth: { bearer: '' } }, 'auth.bearer'],
  [{ auth: { apiKey: 7 } }, 'auth.apiKey'],
  [{ auth: { apiKey: 'secret', header: 'not a name' } }, 'auth.header'],
  [{ extensions: 'urn:x' }, 'extensions'],
  [{ extensions: [{}] }, 'extensions[].uri'],
  [{ extensions: [{ uri: 'urn:x', required: 'yes' }] }, 'extensions[].required'],
  [{ tenant: '' }, 'tenant'],
  [{ tenant: 'acme', dialect: '0.3' }, 'tenant'],
  [{ tenant: 'acme', profile: 'praison' }, 'tenant'],
  [{ streaming: 'no' }, 'streaming'],
  [{ strict: 1 }, 'strict'],
  [{ push: 'yes' }, 'push'],
  [{ card: {} }, 'card'],
  [{ agent: [] }, 'agent'],
  [{ extendedCard: 'yes' }, 'extendedCard'],
  [{ restStatuses: '1.1' }, 'restStatuses'],
  [{ clock: 0 }, 'clock'],
  [{ ids: 'random-ish' }, 'ids'],
])('%o is refused by name', (options, name) => {
  const create = () => createReferenceServer(options as ReferenceServerOptions);
  expect(create).toThrow(TypeError);
  expect(create).toThrow(name);
});

it('nobody is let in by an empty token', async () => {
  await using server = createReferenceServer({ auth: { bearer: 'secret' } });
  const init = { headers: { 'a2a-version': '1.0', authorization: 'Bearer ' } };
  expect((await post(server, '{}', init)).status).toBe(401);
});
