import {
  A2AClient,
  type A2AClientOptions,
  ExtendedAgentCardNotConfiguredError,
  HttpError,
  InvalidAgentResponseError,
  InvalidParamsError,
  RpcError,
  TaskNotCancelableError,
  TaskNotFoundError,
  UnsupportedOperationError,
} from 'a2a-await';
import { describe, expect, it } from 'vitest';
import { json, type RpcRequest, rpcFetch } from '../support/rpc-fetch.js';
import { rejection } from '../support/settling.js';

const endpoint = 'https://agent.test/rest';

/** A client of an agent that answers everything over HTTP+JSON as the test says. */
function over(answer: () => Response, options: A2AClientOptions = {}) {
  const { fetch, requests } = rpcFetch(answer);
  const client = new A2AClient(endpoint, {
    endpoint,
    dialect: '1.0',
    binding: 'HTTP+JSON',
    retry: 0,
    fetch,
    ...options,
  });
  return { client, requests };
}
const failing = (status: number, body: unknown) => () =>
  json(typeof body === 'string' ? body : JSON.stringify(body), { status });
const task = { id: 't', status: { state: 'TASK_STATE_COMPLETED' } };

describe('an error over HTTP+JSON', () => {
  const details = [{ reason: 'TASK_NOT_FOUND', domain: 'a2a-protocol.org' }];
  it.each([
    [
      'by its reason, whatever the status',
      400,
      { error: { code: 400, message: 'no', details } },
      TaskNotFoundError,
    ],
    ['of a missing task without a reason', 404, { message: 'Task not found' }, TaskNotFoundError],
    ['of a missing task with a bare code', 404, { code: 404, message: 'no' }, TaskNotFoundError],
    ['in a mere string', 500, { error: 'It broke' }, RpcError],
    ['that is no JSON', 500, '<html>', HttpError],
    ['without any words', 409, {}, HttpError],
    [
      'of a missing task with empty details',
      404,
      { error: { code: 404, message: 'no', details: [] } },
      TaskNotFoundError,
    ],
    ['within a success', 200, { error: { code: 404, message: 'no', details } }, TaskNotFoundError],
    [
      'of a bad gateway that gives a reason',
      502,
      { error: { code: 502, message: 'no', details: [{ reason: 'INVALID_AGENT_RESPONSE' }] } },
      InvalidAgentResponseError,
    ],
    ['of a bad gateway that gives none', 502, { error: { code: 502, message: 'no' } }, HttpError],
    [
      'of wrong params',
      400,
      { error: { code: 400, message: 'no', details: [{ reason: 'INVALID_PARAMS' }] } },
      InvalidParamsError,
    ],
  ])('%s is told as what it is', async (_, status, body, type) => {
    const error = await rejection(over(failing(status, body)).client.getTask('t'));
    expect(error.constructor).toBe(type);
  });

  it.each([
    ['cancel', 409, { error: { code: 409, message: 'no', details: [] } }, TaskNotCancelableError],
    ['list', 404, { error: { code: 404, message: 'no', details: [] } }, UnsupportedOperationError],
    ['card', 404, { error: { code: 404, message: 'no', details: [] } }, ExtendedAgentCardNotConfiguredError],
    ['subscribe', 405, '', UnsupportedOperationError],
    ['subscribe', 404, { detail: 'Not Found' }, UnsupportedOperationError],
    ['subscribe', 501, '', UnsupportedOperationError],
  ] as const)('of %s with status %d says what the server cannot do', async (what, status, body, type) => {
    const { client } = over(failing(status, body));
    const calls = {
      cancel: () => client.cancel('t'),
      list: () => client.listTasks(),
      card: () => client.getExtendedAgentCard(),
      subscribe: () => client.subscribe('t', { reconnect: false }).next(),
    };
    expect((await rejection(calls[what]())).constructor).toBe(type);
  });

  it('for an id that no url can hold is told at once, also while waiting', async () => {
    const { client, requests } = over(() => json('{}'));
    for (const id of ['..', '\ud800']) {
      expect(await rejection(client.waitForCompletion(id))).toBeInstanceOf(InvalidParamsError);
    }
    expect(requests).toEqual([]);
  });

  it('has the code that A2A has for it, rather than the status', async () => {
    const error = await rejection(
      over(failing(400, { error: { code: 400, message: 'no', details } })).client.cancel('t'),
    );
    expect(error).toMatchObject({ rpcCode: -32001, reason: 'TASK_NOT_FOUND' });
  });
});

describe('the binding', () => {
  const offers = (...bindings: [string, string][]) => ({
    name: 'x',
    supportedInterfaces: bindings.map(([protocolBinding, protocolVersion]) => ({
      url: `https://agent.test/${protocolBinding.toLowerCase()}`,
      protocolBinding,
      protocolVersion,
    })),
  });
  const both = offers(['HTTP+JSON', '1.0'], ['JSONRPC', '1.0']);

  it.each([
    ['JSON-RPC where there are both', both, {}, 'JSONRPC'],
    ['HTTP+JSON where there are both and it is preferred', both, { binding: 'HTTP+JSON' }, 'HTTP+JSON'],
    ['HTTP+JSON where there is nothing else', offers(['GRPC', '1.0'], ['HTTP+JSON', '1.0']), {}, 'HTTP+JSON'],
    [
      'JSON-RPC where HTTP+JSON is preferred but not there',
      offers(['JSONRPC', '0.3']),
      { binding: 'HTTP+JSON' },
      'JSONRPC',
    ],
    [
      'JSON-RPC where 0.3 is insisted on',
      offers(['HTTP+JSON', '1.0'], ['JSONRPC', '0.3']),
      { binding: 'HTTP+JSON', dialect: '0.3' },
      'JSONRPC',
    ],
    ['HTTP+JSON 0.3 where there is nothing else', offers(['HTTP+JSON', '0.3']), {}, 'HTTP+JSON'],
    [
      'JSON-RPC where it is PraisonAI that is insisted on',
      offers(['HTTP+JSON', '0.3'], ['JSONRPC', '0.3']),
      { binding: 'HTTP+JSON', dialect: 'praison' },
      'JSONRPC',
    ],
  ] as [string, object, A2AClientOptions, string][])('is %s', async (_, card, options, binding) => {
    const { fetch } = rpcFetch(() => json(JSON.stringify(card)));
    const connection = await new A2AClient('https://agent.test', { fetch, ...options }).connect();
    expect(connection).toMatchObject({ binding, endpoint: `https://agent.test/${binding.toLowerCase()}` });
  });

  it('of HTTP+JSON sends tasks to their own urls, with the version, and a body only where one is needed', async () => {
    const { client, requests } = over(() => json(JSON.stringify(task)), { tenant: 'acme', auth: 'secret' });
    await client.getTask('t', { historyLength: 1 });
    await client.cancel('t');
    expect(requests.map(({ verb, url }) => [verb, url])).toEqual([
      ['GET', `${endpoint}/acme/tasks/t?historyLength=1`],
      ['POST', `${endpoint}/acme/tasks/t:cancel`],
    ]);
    for (const { headers } of requests) {
      expect(headers.get('a2a-version')).toBe('1.0');
      expect(headers.get('authorization')).toBe('Bearer secret');
    }
  });

  it('of HTTP+JSON has no methods by name', async () => {
    const { client, requests } = over(() => json('{}'));
    expect(await rejection(client.callMethod('x'))).toBeInstanceOf(UnsupportedOperationError);
    expect(requests).toEqual([]);
  });

  it('of HTTP+JSON is read in a2a+json too, and any 2xx is a success', async () => {
    const answer = () =>
      new Response(JSON.stringify({ task }), {
        status: 201,
        headers: { 'content-type': 'application/a2a+json' },
      });
    expect(await over(answer).client.sendMessage('x')).toMatchObject({ id: 't' });
  });
});

describe('an agent over HTTP+JSON without a card', () => {
  const missing = { details: [{ reason: 'TASK_NOT_FOUND' }], message: 'Task not found', code: 404 };
  const notFound = (body: unknown) => json(JSON.stringify(body), { status: 404 });
  const nowhere = () => new Response('<html>Cannot GET</html>', { status: 404 });
  const newer = ({ url }: RpcRequest) =>
    /\/rest\/tasks\//.test(url) ? notFound({ error: missing }) : nowhere();
  const older = ({ url }: RpcRequest) =>
    /\/rest\/v1\/tasks\//.test(url) ? notFound({ message: 'Task not found' }) : nowhere();

  it.each([
    ['1.0', newer],
    ['0.3', older],
  ] as const)(
    'of %s is recognised by its answer about a task that does not exist',
    async (dialect, answer) => {
      const options: [string, A2AClientOptions][] = [
        [endpoint, {}],
        [endpoint, { binding: 'HTTP+JSON' }],
        ['https://agent.test', { endpoint }],
        ['https://agent.test', { endpoint, binding: 'HTTP+JSON' }],
      ];
      for (const [url, given] of options) {
        const { fetch, requests } = rpcFetch(answer);
        const connection = await new A2AClient(url, { fetch, ...given }).connect();
        expect(connection).toMatchObject({ dialect, binding: 'HTTP+JSON', endpoint });
        // Nothing that could set it to work.
        for (const { verb, method } of requests)
          if (verb === 'POST') expect(method).toMatch(/^(GetTask|tasks\/get)$/);
      }
    },
  );

  it.each([
    ['another API that has nothing there', () => notFound({ message: 'no Route matched with those values' })],
    ['another API that has something there', () => json('{"id":"x","status":{}}')],
    ['a start page', () => new Response('<html>')],
  ])('is not taken for %s', async (_, answer) => {
    const { fetch } = rpcFetch(answer);
    for (const binding of [undefined, 'HTTP+JSON'] as const) {
      const error = await rejection(new A2AClient(endpoint, { endpoint, binding, fetch }).connect());
      expect(error).toMatchObject({ code: 'no-agent' });
    }
  });
});
