import { A2AClient, A2AError, ResponseFormatError } from 'a2a-await';
import { afterEach, describe, expect, it } from 'vitest';
import { dialects, quick } from '../support/agents.js';
import { json, rpcFetch } from '../support/rpc-fetch.js';
import { rejection } from '../support/settling.js';
import { expectNoUnhandledRejections } from '../support/unhandled.js';

expectNoUnhandledRejections();

afterEach(() => {
  expect(Object.keys(Object.prototype)).toEqual([]);
  expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
});

const deep = '['.repeat(50_000) + ']'.repeat(50_000);
const html = (status: number) =>
  new Response('<!doctype html><title>Welcome</title>', { status, headers: { 'content-type': 'text/html' } });
const polluting =
  '"__proto__":{"polluted":1,"kind":"task","id":"x","status":{"state":"completed"}},"constructor":{"prototype":{"polluted":1}}';

/** What a broken server answers, given the id of the request. */
const answers: [string, (id: string) => string | Response][] = [
  ['{}', () => '{}'],
  ['a string', () => '"hello"'],
  ['a number', () => '42'],
  ['a list', () => '[]'],
  ['null', () => 'null'],
  ['nothing', () => ''],
  ['HTML with 200', () => html(200)],
  ['HTML with 404', () => html(404)],
  ['HTML with 500', () => html(500)],
  ['204', () => new Response(null, { status: 204 })],
  ['binary', () => new Response(new Uint8Array([0, 255, 254, 1, 2]))],
  [
    'a result for another request',
    () => '{"jsonrpc":"2.0","id":"other","result":{"id":"task-1","status":{"state":"completed"}}}',
  ],
  ['a task without an envelope', () => '{"id":"task-1","kind":"task","status":{"state":"completed"}}'],
  ['a result of {}', id => `{"jsonrpc":"2.0","id":"${id}","result":{}}`],
  ['a result of null', id => `{"jsonrpc":"2.0","id":"${id}","result":null}`],
  ['a result of a string', id => `{"jsonrpc":"2.0","id":"${id}","result":"completed"}`],
  ['a result of numbers', id => `{"jsonrpc":"2.0","id":"${id}","result":[1,2]}`],
  ['no result', id => `{"jsonrpc":"2.0","id":"${id}"}`],
  ['a task without a status', id => `{"jsonrpc":"2.0","id":"${id}","result":{"id":"task-1"}}`],
  ['a task without an id', id => `{"jsonrpc":"2.0","id":"${id}","result":{"status":{"state":"completed"}}}`],
  ['another task', id => `{"jsonrpc":"2.0","id":"${id}","result":{"id":5,"status":[]}}`],
  [
    'a task with artifacts that are none',
    id =>
      `{"jsonrpc":"2.0","id":"${id}","result":{"id":"task-1","status":{"state":"completed"},"artifacts":{"a":1}}}`,
  ],
  ['truncated JSON', id => `{"jsonrpc":"2.0","id":"${id}","result":{"id":"task-1","status":{"state":"comple`],
  ['two answers', id => `{"jsonrpc":"2.0","id":"${id}","result":1}{"jsonrpc":"2.0"}`],
  ['50,000 levels', () => deep],
  [
    '50,000 levels in an envelope',
    id =>
      `{"jsonrpc":"2.0","id":"${id}","result":{"id":"task-1","status":{"state":"completed"},"metadata":{"a":${deep}}}}`,
  ],
  ['__proto__ and constructor', id => `{"jsonrpc":"2.0","id":"${id}",${polluting},"result":{${polluting}}}`],
  [
    '__proto__ as the envelope',
    () => '{"__proto__":{"jsonrpc":"2.0","result":{"id":"task-1","status":{"state":"completed"}}}}',
  ],
  ['an error that is a string', id => `{"jsonrpc":"2.0","id":"${id}","error":"no"}`],
  ['an error that is a list', id => `{"jsonrpc":"2.0","id":"${id}","error":[]}`],
  ['an error of numbers', id => `{"jsonrpc":"2.0","id":"${id}","error":{"code":{},"message":[]}}`],
];

const calls: [string, (client: A2AClient) => Promise<unknown>][] = [
  ['sendMessage', client => client.sendMessage('hi')],
  ['run', client => client.run('hi', { timeout: 30, schedule: quick })],
  ['getTask', client => client.getTask('task-1')],
  ['cancel', client => client.cancel('task-1')],
  ['waitForCompletion', client => client.waitForCompletion('task-1', { timeout: 30, schedule: quick })],
  ['getExtendedAgentCard', client => client.getExtendedAgentCard()],
];

describe.each(dialects)('on %s', dialect => {
  const broken = (answer: (id: string) => string | Response) => {
    const { fetch } = rpcFetch(({ id }) => answer(id));
    return new A2AClient('http://agent.test', { endpoint: 'http://agent.test/', dialect, fetch, retry: 0 });
  };

  describe.each(calls)('%s', (_, call) => {
    it.each(answers)('answered with %s rejects with a typed error', async (_, answer) => {
      expect(await rejection(call(broken(answer)))).toBeInstanceOf(A2AError);
    });
  });

  it.each(answers)('listTasks answered with %s gives no task', async (_, answer) => {
    const outcome = await broken(answer)
      .listTasks()
      .catch((error: unknown) => error);
    if (outcome instanceof Error) expect(outcome).toBeInstanceOf(A2AError);
    else expect(outcome).toMatchObject({ tasks: [] });
  });

  it.each(answers)('callMethod answered with %s gives the raw result or a typed error', async (_, answer) => {
    const outcome = await broken(answer)
      .callMethod('x')
      .catch((error: unknown) => error);
    if (outcome instanceof Error) expect(outcome).toBeInstanceOf(A2AError);
  });

  it('a state nobody knows is a task at work, not an end and not an error', async () => {
    const client = broken(
      id => `{"jsonrpc":"2.0","id":"${id}","result":{"id":"task-1","status":{"state":"PONDERING"}}}`,
    );
    expect((await client.getTask('task-1')).status).toEqual({ state: 'unknown', rawState: 'PONDERING' });
    const error = await rejection(client.waitForCompletion('task-1', { timeout: 20, schedule: quick }));
    expect(error.name).toBe('WaitTimeoutError');
  });

  it('an answer about another task is none', async () => {
    const client = broken(
      id => `{"jsonrpc":"2.0","id":"${id}","result":{"id":"task-2","status":{"state":"completed"}}}`,
    );
    expect(await rejection(client.getTask('task-1'))).toBeInstanceOf(ResponseFormatError);
    expect(await rejection(client.cancel('task-1'))).toBeInstanceOf(ResponseFormatError);
  });

  it('a list that repeats its page for ever ends', async () => {
    const client = broken(
      id =>
        `{"jsonrpc":"2.0","id":"${id}","result":{"tasks":[{"id":"t","status":{"state":"working"}}],"nextPageToken":"again"}}`,
    );
    const error = await rejection(
      (async () => {
        let seen = 0;
        for await (const _ of client.iterateTasks()) if (++seen > 50) throw new Error('It does not end.');
      })(),
    );
    expect(error).toBeInstanceOf(ResponseFormatError);
  });
});

describe('a card', () => {
  it.each([
    ...answers.map(([name, answer]) => [name, () => answer('x')] as const),
    [
      'with nothing right in it',
      () => '{"name":{},"url":5,"supportedInterfaces":"x","skills":{},"capabilities":[]}',
    ] as const,
    ['with interfaces of nothing', () => '{"name":"a","supportedInterfaces":[null,5,{}]}'] as const,
    [
      'whose url is a script',
      () => '{"name":"a","url":"javascript:alert(1)","protocolVersion":"0.3.0"}',
    ] as const,
  ])('that is %s gives a typed error, by every way to ask', async (_, answer) => {
    const { fetch } = rpcFetch(({ verb }) => (verb === 'GET' ? answer() : new Response('', { status: 404 })));
    for (const url of ['http://agent.test', 'http://agent.test/.well-known/agent-card.json']) {
      const client = new A2AClient(url, { fetch, retry: 0 });
      expect(await rejection(client.connect())).toBeInstanceOf(A2AError);
      expect(await rejection(client.sendMessage('hi'))).toBeInstanceOf(A2AError);
    }
  });

  it.each([undefined, null, 5, 'card', [], {}, { name: 'a' }, { url: 5 }, JSON.parse(`{${polluting}}`)])(
    'that an application brings and is none is a typed error: %j',
    card => {
      expect(() => A2AClient.fromCard(card)).toThrow(A2AError);
    },
  );
});

describe('a body beyond the limits', () => {
  it.each(['declared', 'not declared'])(
    'is refused with the name of the option, its length %s',
    async how => {
      const text = JSON.stringify({ jsonrpc: '2.0', result: 'x'.repeat(5_000) });
      const { fetch } = rpcFetch(() =>
        json(text, how === 'declared' ? { headers: { 'content-length': '99999' } } : {}),
      );
      const client = new A2AClient('http://agent.test', {
        endpoint: 'http://agent.test/',
        dialect: '1.0',
        fetch,
        limits: { responseBytes: 1_000 },
      });
      expect(await rejection(client.callMethod('x'))).toMatchObject({
        name: 'ResponseLimitError',
        option: 'limits.responseBytes',
        message: expect.stringContaining('limits.responseBytes'),
      });
    },
  );

  it('ends a wait at once: it would only grow', async () => {
    const { fetch, requests } = rpcFetch(() => json(' '.repeat(2_000)));
    const client = new A2AClient('http://agent.test', {
      endpoint: 'http://agent.test/',
      dialect: '1.0',
      fetch,
      limits: { responseBytes: 1_000 },
    });
    expect(await rejection(client.waitForCompletion('task-1'))).toMatchObject({ name: 'ResponseLimitError' });
    expect(requests).toHaveLength(1);
  });

  it('in depth is refused with the name of the option', async () => {
    const { fetch } = rpcFetch(({ id }) => `{"jsonrpc":"2.0","id":"${id}","result":[[[[[[1]]]]]]}`);
    const client = new A2AClient('http://agent.test', {
      endpoint: 'http://agent.test/',
      dialect: '1.0',
      fetch,
      limits: { depth: 5 },
    });
    expect(await rejection(client.callMethod('x'))).toMatchObject({ option: 'limits.depth' });
  });
});
