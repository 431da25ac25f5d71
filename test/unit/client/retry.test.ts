import {
  AbortedError,
  HttpError,
  NetworkError,
  RequestTimeoutError,
  ResponseFormatError,
  RpcError,
} from 'a2a-await';
import { describe, expect, it } from 'vitest';
import { mayRetry, retryDelay } from '../../../src/client/retry.js';

const http = (status: number, retryAfter?: number) => new HttpError('no', status, { retryAfter });

describe('what may be tried again', () => {
  it.each([
    // [failure, read, send]
    ['a refused connection', new NetworkError('no', { refused: true }), true, true],
    ['a connection that was cut', new NetworkError('no', { refused: false }), true, false],
    ['HTTP 408', http(408), true, false],
    ['HTTP 429', http(429), true, true],
    ['HTTP 429 with Retry-After', http(429, 1_000), true, true],
    ['HTTP 502', http(502), true, false],
    ['HTTP 502 with Retry-After', http(502, 1_000), true, false],
    ['HTTP 503', http(503), true, false],
    ['HTTP 503 with Retry-After', http(503, 1_000), true, true],
    ['HTTP 503 with Retry-After: 0', http(503, 0), true, true],
    ['HTTP 504', http(504), true, false],
    ['HTTP 500', http(500), false, false],
    ['HTTP 501', http(501), false, false],
    ['HTTP 400', http(400), false, false],
    ['HTTP 404', http(404), false, false],
    ['a request that timed out', new RequestTimeoutError('no', 5), false, false],
    ['an abort', new AbortedError('It', new Error('why')), false, false],
    ['garbage', new ResponseFormatError('no'), false, false],
    [
      'an error of the server',
      new RpcError({ method: 'GetTask', message: 'no', rpcCode: -32603 }),
      false,
      false,
    ],
    ['something else', new Error('no'), false, false],
    ['nothing', undefined, false, false],
  ])('after %s: a read and a send, as this table says', (_, error, read, send) => {
    expect({
      read: mayRetry('read', error),
      send: mayRetry('send', error),
      never: mayRetry('never', error),
    }).toEqual({
      read,
      send,
      never: false,
    });
  });
});

describe('the delay before it', () => {
  const policy = { retries: 3, minDelay: 500, maxDelay: 2_000 };

  it('is what the server wants, but at most a minute', () => {
    expect(retryDelay(1, http(503, 7_000), policy)).toBe(7_000);
    expect(retryDelay(1, http(503, 0), policy)).toBe(0);
    expect(retryDelay(1, http(503, 3_600_000), policy)).toBe(60_000);
  });

  it('has full jitter below a bound that doubles', () => {
    for (const [attempt, most] of [
      [1, 500],
      [2, 1_000],
      [3, 2_000],
      [9, 2_000],
    ] as const) {
      const delays = Array.from({ length: 500 }, () => retryDelay(attempt, http(502), policy));
      expect(Math.min(...delays)).toBeGreaterThanOrEqual(0);
      expect(Math.max(...delays)).toBeLessThanOrEqual(most);
      expect(Math.max(...delays)).toBeGreaterThan(most * 0.9);
    }
  });
});
