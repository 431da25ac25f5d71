import { inspect } from 'node:util';
import { A2AClient, type A2AClientOptions } from 'a2a-await';
import { describe, expect, it } from 'vitest';
import { json, type RpcReply, type RpcRequest, rpcError, rpcFetch } from '../support/rpc-fetch.js';
import { never } from '../support/source.js';

// Odd enough to be found, and of characters that some write in escapes.
const token = 'tok/S3CRET"\u00e9+a==';
const key = 'KEY/S3CRET-99';
const cookie = 'sid=S3CRET-cookie';
const query = 'S3CRET-query';

/** Everything that can be seen of a value, hidden members and causes too. */
function seen(value: unknown): string {
  const parts: string[] = [];
  for (let each = value, depth = 0; each !== undefined && depth < 6; depth += 1) {
    parts.push(
      inspect(each, { depth: 10, showHidden: true, getters: true }),
      String(each),
      JSON.stringify(each) ?? '',
    );
    if (each instanceof Error) parts.push(each.message, each.stack ?? '');
    each = each instanceof Error ? each.cause : undefined;
  }
  return parts.join('\n');
}

function expectNoSecret(value: unknown) {
  const text = seen(value);
  for (const secret of ['S3CRET', token, key]) expect(text).not.toContain(secret);
}

/** A call whose credentials come by every way there is, and everything an application is told meanwhile. */
async function call(
  answer: (request: RpcRequest, index: number) => RpcReply,
  options: A2AClientOptions = {},
) {
  const told: unknown[] = [];
  const { fetch, requests } = rpcFetch(answer);
  const client = new A2AClient('http://agent.test', {
    endpoint: `http://agent.test/rpc?key=${query}`,
    dialect: '1.0',
    fetch,
    auth: token,
    headers: { 'x-api-key': key },
    retry: { retries: 1, minDelay: 1, maxDelay: 1 },
    timeout: 60,
    hooks: {
      onRequest: event => told.push(event, [...event.headers]),
      onResponse: event => told.push(event),
      onRetry: event => told.push(event, event.error),
    },
    onWarning: warning => told.push(warning, warning.cause),
    ...options,
  });
  const outcome = await client.getTask('task-1', { headers: { cookie } }).catch((error: unknown) => error);
  return { outcome: outcome as Error, told, requests };
}

const echoes: [string, (request: RpcRequest) => RpcReply][] = [
  [
    'HTTP 400 in JSON',
    () => json(JSON.stringify({ detail: `Bad token ${token} and ${key}, ${cookie}` }), { status: 400 }),
  ],
  [
    'HTTP 400 at the end of long words',
    () => json(JSON.stringify({ detail: `${'x'.repeat(192)}${token}` }), { status: 400 }),
  ],
  ['HTTP 401', () => json(JSON.stringify({ error: `invalid: Bearer ${token}` }), { status: 401 })],
  ['HTTP 403', () => json(JSON.stringify({ message: `${key} may not` }), { status: 403 })],
  ['HTTP 500 in HTML', () => new Response(`<p>${token} ${key}</p>`, { status: 500 })],
  ['HTTP 503', () => json(JSON.stringify({ error: { message: `${key} ${token}` } }), { status: 503 })],
  ['an error of the server', ({ id }) => rpcError(id, -32603, `cannot parse "Bearer ${token}" or ${key}`)],
  [
    'the data of an error',
    ({ id }) =>
      rpcError(id, -32602, 'no', [{ headers: { authorization: `Bearer ${token}`, key: [key, { cookie }] } }]),
  ],
  [
    'an error with escapes',
    ({ id }) =>
      rpcError(id, -32603, `bad ${token} ${key}`)
        .replaceAll('/', '\\/')
        .replaceAll('\u00e9', '\\u00e9')
        .replaceAll('S3', '\\u00533'),
  ],
  ['garbage', () => json(`{"jsonrpc":"2.0","id":"${key}","result":"${key}"}`)],
  ['HTML', () => new Response(`<html>${token}</html>`)],
  [
    'a redirect',
    () => new Response('', { status: 302, headers: { location: `http://other.test/?token=${key}` } }),
  ],
];

describe('credentials', () => {
  it('are sent, or what follows would prove nothing', async () => {
    const { requests } = await call(({ id }) => rpcError(id, -32603, 'no'));
    expect(requests[0]?.headers.get('authorization')).toBe(`Bearer ${token}`);
    expect(requests[0]?.headers.get('x-api-key')).toBe(key);
    expect(requests[0]?.headers.get('cookie')).toBe(cookie);
    expect(requests[0]?.url).toContain(query);
  });

  it.each(echoes)('that a server echoes in %s are in no error, cause, hook or warning', async (_, answer) => {
    const { outcome, told } = await call(answer);
    expect(outcome).toBeInstanceOf(Error);
    expectNoSecret(outcome);
    for (const each of told) expectNoSecret(each);
  });

  it('are in no error of the network, and in no hook that is told of it', async () => {
    const { outcome, told } = await call(
      () => new TypeError('fetch failed', { cause: { code: 'ECONNRESET' } }),
    );
    expect(outcome.name).toBe('NetworkError');
    expectNoSecret(outcome);
    for (const each of told) expectNoSecret(each);
    expect(told.length).toBeGreaterThan(2);
  });

  it('are in no timeout', async () => {
    const { outcome, told } = await call(() => never<Response>());
    expect(outcome.name).toBe('RequestTimeoutError');
    expectNoSecret(outcome);
    for (const each of told) expectNoSecret(each);
  });

  it('are not in what a hook kept of a request, also after that was sent', async () => {
    const { told } = await call(({ id }) =>
      json(`{"jsonrpc":"2.0","id":"${id}","result":{"id":"task-1","status":{"state":"completed"}}}`),
    );
    expect(told.length).toBeGreaterThanOrEqual(3);
    for (const each of told) {
      expectNoSecret(each);
      const { headers } = each as { headers?: Headers };
      if (headers) expectNoSecret([...headers]);
    }
  });

  it('that no header can carry are refused without being quoted', async () => {
    const { outcome } = await call(() => never<Response>(), { auth: () => 'S3CRET\r\nx: y' });
    expect(outcome).toBeInstanceOf(Error);
    expectNoSecret(outcome);
  });

  it('are not in the client itself, for whoever logs it', () => {
    const client = new A2AClient('http://agent.test', { auth: token, headers: { 'x-api-key': key } });
    expectNoSecret(client);
  });

  it('in a url of the option are refused without being quoted', () => {
    for (const make of [
      () => new A2AClient('http://me:S3CRET@agent.test'),
      () => new A2AClient('http://agent.test', { endpoint: 'http://me:S3CRET@agent.test' }),
    ]) {
      let error: unknown;
      try {
        make();
      } catch (thrown) {
        error = thrown;
      }
      expect(error).toBeInstanceOf(TypeError);
      expectNoSecret(error);
    }
  });
});
