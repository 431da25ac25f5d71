import { A2AClient, type A2AClientOptions } from 'a2a-await';
import { describe, expect, it } from 'vitest';
import { rpcFetch } from '../../support/rpc-fetch.js';
import { rejection } from '../../support/settling.js';

describe('an option of the client', () => {
  it.each([
    ['url', 'agent.test', {}],
    ['url', 'ftp://agent.test', {}],
    ['url', 'https://me:secret@agent.test', {}],
    ['url', undefined, {}],
    ['endpoint', 'https://a.test', { endpoint: 'rpc' }],
    ['endpoint', 'https://a.test', { endpoint: 'https://me:secret@a.test' }],
    ['fetch', 'https://a.test', { fetch: 'fetch' }],
    ['auth', 'https://a.test', { auth: 5 }],
    ['auth.headers', 'https://a.test', { auth: {} }],
    ['timeout', 'https://a.test', { timeout: -1 }],
    ['timeout', 'https://a.test', { timeout: Number.NaN }],
    ['timeout', 'https://a.test', { timeout: '5s' }],
    ['retry', 'https://a.test', { retry: -1 }],
    ['retry', 'https://a.test', { retry: 1.5 }],
    ['retry', 'https://a.test', { retry: Infinity }],
    ['retry.minDelay', 'https://a.test', { retry: { minDelay: -1 } }],
    ['retry.maxDelay', 'https://a.test', { retry: { maxDelay: Number.NaN } }],
    ['limits.responseBytes', 'https://a.test', { limits: { responseBytes: 0 } }],
    ['limits.depth', 'https://a.test', { limits: { depth: 'deep' } }],
    ['dialect', 'https://a.test', { dialect: '2.0' }],
    ['trustedOrigins', 'https://a.test', { trustedOrigins: ['rpc.test'] }],
    ['headers', 'https://a.test', { headers: { 'a b': 'c' } }],
    ['extensions', 'https://a.test', { extensions: 'urn:a' }],
    ['extensions', 'https://a.test', { extensions: [5] }],
    ['trustedOrigins', 'https://a.test', { trustedOrigins: 'https://rpc.test' }],
    ['tenant', 'https://a.test', { tenant: 5 }],
    ['onWarning', 'https://a.test', { onWarning: 'log' }],
    ['hooks.onRetry', 'https://a.test', { hooks: { onRetry: 5 } }],
  ])('"%s" that cannot be right is a TypeError that names it: %s, %o', (name, url, options) => {
    const make = () => new A2AClient(url as string, options as A2AClientOptions);
    expect(make).toThrow(TypeError);
    expect(make).toThrow(`"${name}`);
  });

  it('that holds a password is refused without quoting it', () => {
    let message = '';
    try {
      new A2AClient('https://me:s3cret@agent.test');
    } catch (error) {
      message = String(error) + String((error as Error).stack);
    }
    expect(message).toContain('"auth"');
    expect(message).not.toContain('s3cret');
  });

  it('that nobody knows is ignored', () => {
    expect(() => new A2AClient('https://a.test', { colour: 'blue' } as object)).not.toThrow();
  });
});

describe('an argument of a method', () => {
  const { fetch, requests } = rpcFetch(() => new Error('Nothing should be sent.'));
  const client = new A2AClient('http://a.test', { endpoint: 'http://a.test/', dialect: '1.0', fetch });

  it.each([
    ['getTask', [''], '"taskId"'],
    ['getTask', [undefined], '"taskId"'],
    ['getTask', ['t', { historyLength: -1 }], '"historyLength"'],
    ['getTask', ['t', { historyLength: 1.5 }], '"historyLength"'],
    ['getTask', ['t', { timeout: Number.NaN }], '"timeout"'],
    ['cancel', [''], '"taskId"'],
    ['callMethod', [''], '"method"'],
    ['listTasks', [{ pageSize: 0 }], '"pageSize"'],
    ['listTasks', [{ pageSize: 101 }], '"pageSize"'],
    ['listTasks', [{ status: 'busy' }], '"status"'],
    ['listTasks', [{ statusTimestampAfter: 'yesterday' }], '"statusTimestampAfter"'],
    ['sendMessage', [undefined], 'Part 0'],
    ['sendMessage', [[]], 'part'],
    ['sendMessage', [{ parts: [] }], 'part'],
    ['sendMessage', [['hi', 5]], 'Part 1'],
    ['sendMessage', [[{ colour: 'blue' }]], 'Part 0'],
    ['sendMessage', [[null]], 'Part 0'],
    ['sendMessage', ['hi', { timeout: -1 }], '"timeout"'],
    ['sendMessage', ['hi', { historyLength: -1 }], '"historyLength"'],
    ['connect', [{ timeout: -1 }], '"timeout"'],
    ['getTask', ['t', { signal: {} }], '"signal"'],
    ['cancel', ['t', { signal: 'stop' }], '"signal"'],
    ['sendMessage', ['hi', { signal: new AbortController() }], '"signal"'],
    ['run', ['hi', { signal: new AbortController() }], '"signal"'],
    ['connect', [{ signal: {} }], '"signal"'],
    ['getAgentCard', [{ signal: {} }], '"signal"'],
    ['waitForCompletion', ['t', { signal: {} }], '"signal"'],
    ['waitForCompletion', ['t', { schedule: 'fast' }], '"schedule" must be balanced'],
    ['run', ['hi', { schedule: 'fast' }], '"schedule" must be balanced'],
  ])('%s(%j) rejects with a TypeError about %s, and nothing is sent', async (method, given, words) => {
    const call = (client as unknown as Record<string, (...given: unknown[]) => Promise<unknown>>)[method]!;
    const error = await rejection(call.apply(client, given as unknown[]));
    expect(error).toBeInstanceOf(TypeError);
    expect(error.message).toContain(words);
    expect(requests).toHaveLength(0);
  });
});
