import { A2AClient, A2AError, type Dialect } from 'a2a-await';
import { describe, expect, it } from 'vitest';
import { json, type RpcReply, type RpcRequest, rpcError, rpcFetch } from '../../support/rpc-fetch.js';
import { rejection } from '../../support/settling.js';

const notFound = () => new Response('Not Found', { status: 404 });

/** A client for a server with this card (or none), which answers calls as told. */
function agent(
  card: object | undefined,
  answer: (request: RpcRequest) => RpcReply = ({ id }) => rpcError(id, -32601, 'Method not found'),
  path = '/.well-known/agent-card.json',
  options: { dialect?: Dialect; url?: string } = {},
) {
  const { url = 'https://agent.test', ...rest } = options;
  const { fetch, requests } = rpcFetch(request => {
    if (request.verb === 'POST') return answer(request);
    return card && new URL(request.url).pathname === path ? json(JSON.stringify(card)) : notFound();
  });
  return { client: new A2AClient(url, { fetch, retry: 0, ...rest }), requests };
}

const at = (protocolVersion: string, url: string, protocolBinding = 'JSONRPC') => ({
  url,
  protocolBinding,
  protocolVersion,
});
const v03 = { name: 'a', url: 'https://agent.test/rpc', protocolVersion: '0.3.0' };
const legacy = '/.well-known/agent.json';

describe('a card', () => {
  it.each([
    [
      'with 1.0',
      { name: 'a', supportedInterfaces: [at('1.0', 'https://agent.test/v1')] },
      '1.0',
      'https://agent.test/v1',
    ],
    [
      'with 1.0 after 0.3',
      {
        name: 'a',
        supportedInterfaces: [at('0.3', 'https://agent.test/old'), at('1.0', 'https://agent.test/v1')],
      },
      '1.0',
      'https://agent.test/v1',
    ],
    [
      'with 1.1',
      { name: 'a', supportedInterfaces: [at('1.1', 'https://agent.test/v1')] },
      '1.0',
      'https://agent.test/v1',
    ],
    [
      'with 0.3 only',
      { name: 'a', supportedInterfaces: [at('0.3', 'https://agent.test/old')] },
      '0.3',
      'https://agent.test/old',
    ],
    [
      'whose first interface is GRPC',
      {
        name: 'a',
        supportedInterfaces: [at('1.0', 'https://agent.test/g', 'GRPC'), at('1.0', 'https://agent.test/v1')],
      },
      '1.0',
      'https://agent.test/v1',
    ],
    ['of 0.3', v03, '0.3', 'https://agent.test/rpc'],
    ['of 0.2.5', { ...v03, protocolVersion: '0.2.5' }, '0.3', 'https://agent.test/rpc'],
    [
      'of 0.3 that prefers REST and has JSON-RPC besides',
      {
        ...v03,
        preferredTransport: 'HTTP+JSON',
        additionalInterfaces: [{ url: 'https://agent.test/j', transport: 'JSONRPC' }],
      },
      '0.3',
      'https://agent.test/j',
    ],
    [
      'that is merged of 1.0 and 0.3',
      { ...v03, supportedInterfaces: [at('1.0', 'https://agent.test/v1')] },
      '1.0',
      'https://agent.test/v1',
    ],
    [
      'by PraisonAI',
      { name: 'a', url: 'https://agent.test/a2a', provider: { name: 'PraisonAI' } },
      'praison',
      'https://agent.test/a2a',
    ],
    [
      "with PraisonAI's leak in its schemes",
      {
        name: 'a',
        url: 'https://agent.test/a2a',
        securitySchemes: { bearer: { http: { scheme: 'bearer' } } },
      },
      'praison',
      'https://agent.test/a2a',
    ],
  ] as [string, object, Dialect, string][])('%s means %s%s', async (_, card, dialect, endpoint) => {
    const { client, requests } = agent(card);
    expect(await client.connect()).toMatchObject({ dialect, endpoint, binding: 'JSONRPC' });
    // A card that says enough costs one request.
    expect(requests).toHaveLength(1);
    expect(requests[0]?.headers.get('a2a-version')).toBe('1.0');
  });

  it.each([
    ['1.0', 'https://agent.test/v1'],
    ['0.3', 'https://agent.test/old'],
  ] as [Dialect, string][])('is overruled by the option "dialect": %s', async (dialect, endpoint) => {
    const card = {
      name: 'a',
      supportedInterfaces: [at('0.3', 'https://agent.test/old'), at('1.0', 'https://agent.test/v1')],
    };
    const { client } = agent(card, undefined, undefined, { dialect });
    expect(await client.connect()).toMatchObject({ dialect, endpoint });
  });

  it.each([
    ['at the old path, by its answer', -32000, 'Task not found: x', legacy, 'praison'],
    ['at the old path, by its answer', -32001, 'Task not found', legacy, '0.3'],
    ['at the new path, by its answer', -32000, 'Task not found: x', undefined, 'praison'],
    ['at the new path, by its answer', -32001, 'Task not found', undefined, '0.3'],
  ] as [string, number, string, string | undefined, Dialect][])(
    'that has a url only is asked about, %s %d "%s"',
    async (_, code, message, path, dialect) => {
      const { client, requests } = agent(
        { name: 'a', url: 'https://agent.test/rpc' },
        ({ id }) => rpcError(id, code, message),
        path,
      );
      expect(await client.connect()).toMatchObject({ dialect });
      const asked = requests.filter(({ verb }) => verb === 'POST');
      expect(asked.map(({ method }) => method)).toEqual(['tasks/get']);
      expect(asked[0]?.headers.has('a2a-version')).toBe(false);
    },
  );

  it.each([
    ['of A2A 0.1', { name: 'a', url: 'https://agent.test/', authentication: { schemes: [] } }, /0\.1/],
    [
      'that offers GRPC only',
      { name: 'a', supportedInterfaces: [at('1.0', 'https://agent.test/', 'GRPC')] },
      /GRPC/,
    ],
    [
      'that offers nothing in the dialect that is insisted on',
      { name: 'a', supportedInterfaces: [at('1.0', 'https://agent.test/', 'HTTP+JSON')] },
      /HTTP\+JSON 1\.0;.*HTTP\+JSON, 0\.3\./,
      { dialect: '0.3' },
    ],
    ['of a version to come', { name: 'a', supportedInterfaces: [at('2.0', 'https://agent.test/')] }, /2\.0/],
    ['without any url', { name: 'a', supportedInterfaces: [] }, /url/],
  ] as [string, object, RegExp, { dialect: Dialect }?][])(
    '%s is refused in words that say why',
    async (_, card, words, options) => {
      const error = await rejection(agent(card, undefined, undefined, options).client.connect());
      expect(error).toBeInstanceOf(A2AError);
      expect(error['code']).toBe('unsupported-agent');
      expect(error.message).toMatch(words);
    },
  );

  it('of Agno names a method in its url, which is taken off', async () => {
    const url = 'https://agent.test/a2a/agents/helper/v1/message:stream';
    const { client, requests } = agent({ name: 'a', url, protocolVersion: '0.3.0' }, ({ id }) =>
      rpcError(id, -32001, 'no'),
    );
    await rejection(client.getTask('task-1'));
    expect(requests.at(-1)?.url).toBe('https://agent.test/a2a/agents/helper/v1/tasks:get');
  });
});

describe('without a card', () => {
  const v1NotFound = (id: string) => rpcError(id, -32001, 'Task not found', [{ reason: 'TASK_NOT_FOUND' }]);
  const text500 = () => new Response('Internal Server Error', { status: 500 });

  it.each([
    [
      'a 1.0 server',
      ({ id, method }) => (method === 'GetTask' ? v1NotFound(id) : rpcError(id, -32601, 'no')),
      '1.0',
    ],
    [
      'a 0.3 server',
      ({ id, method }) => rpcError(id, method === 'tasks/get' ? -32001 : -32601, 'Task not found'),
      '0.3',
    ],
    [
      'PraisonAI',
      ({ id, method }) =>
        method === 'tasks/get' ? rpcError(id, -32000, 'Task not found: x') : rpcError(id, -32601, 'no'),
      'praison',
    ],
    [
      'a server that fails on an unknown method',
      ({ id, method }) => (method === 'tasks/get' ? rpcError(id, -32001, 'no') : text500()),
      '0.3',
    ],
    [
      'a server that answers HTTP 400 to an unknown method',
      ({ id, method }) =>
        method === 'tasks/get' ? rpcError(id, -32001, 'no') : new Response('bad', { status: 400 }),
      '0.3',
    ],
    [
      'a Python server in its 0.3 mode',
      ({ id, method }) => rpcError(id, method === 'tasks/get' ? -32603 : -32601, 'Task not found', null),
      '0.3',
    ],
    [
      'a server that refuses the version and names 0.3',
      ({ id, method }) =>
        method === 'tasks/get'
          ? rpcError(id, -32001, 'no')
          : rpcError(id, -32009, "A2A version '1.0' is not supported. Supported versions: 0.3"),
      '0.3',
    ],
  ] as [string, (request: RpcRequest) => RpcReply, Dialect][])(
    '%s is told by its answers about a task that does not exist',
    async (_, answer, dialect) => {
      const { client, requests } = agent(undefined, answer, undefined, { url: 'https://agent.test/rpc' });
      expect(await client.connect()).toMatchObject({ dialect, endpoint: 'https://agent.test/rpc' });
      const methods = requests.filter(({ verb }) => verb === 'POST').map(({ method }) => method);
      for (const method of methods) expect(['GetTask', 'tasks/get']).toContain(method);
    },
  );

  it('the endpoint is looked for one level below, once', async () => {
    const { client } = agent(
      undefined,
      ({ id, url, method }) =>
        !url.endsWith('/a2a')
          ? notFound()
          : rpcError(id, method === 'tasks/get' ? -32000 : -32601, 'Task not found'),
      undefined,
      { url: 'https://agent.test/team' },
    );
    expect(await client.connect()).toMatchObject({
      dialect: 'praison',
      endpoint: 'https://agent.test/team/a2a',
    });
  });

  it.each([
    ['404', notFound],
    ['405', () => new Response('', { status: 405 })],
    ['HTML', () => new Response('<html>Welcome</html>', { headers: { 'content-type': 'text/html' } })],
    ['JSON that is no JSON-RPC', () => json('{"hello":1}')],
  ] as [string, () => RpcReply][])('an answer of %s means that there is no agent', async (_, answer) => {
    const { client, requests } = agent(undefined, answer);
    expect(await rejection(client.connect())).toMatchObject({ code: 'no-agent' });
    expect(requests.length).toBeLessThanOrEqual(8);
  });

  it.each([401, 403])('%d concludes nothing but that credentials are missing', async status => {
    const { client } = agent(undefined, () => new Response('', { status }));
    expect(await rejection(client.connect())).toMatchObject({ name: 'AuthenticationError', status });
  });

  it.each([429, 502, 503])(
    '%d concludes nothing about the agent, and is tried again by the next call',
    async status => {
      let down = true;
      const { client } = agent(undefined, ({ id }) => (down ? new Response('', { status }) : v1NotFound(id)));
      expect(await rejection(client.connect())).toMatchObject({ name: 'HttpError', status });
      down = false;
      expect(await client.connect()).toMatchObject({ dialect: '1.0' });
    },
  );
});

describe('the search', () => {
  it('is made once, however many calls begin together', async () => {
    const { client, requests } = agent(v03, ({ id }) => rpcError(id, -32001, 'no'));
    await Promise.all(Array.from({ length: 10 }, () => rejection(client.getTask('task-1'))));
    expect(requests.filter(({ verb }) => verb === 'GET')).toHaveLength(1);
  });
});
