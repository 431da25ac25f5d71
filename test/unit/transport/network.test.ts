import { NetworkError, RequestTimeoutError } from 'a2a-await';
import { describe, expect, it } from 'vitest';
import { networkErrorOf } from '../../../src/transport/network.js';

const told = (error: unknown) => networkErrorOf(error, 'GetTask at http://agent.test/', 1_000);
const failed = (cause: object) => Object.assign(new TypeError('fetch failed'), { cause });

describe('a request that got no answer', () => {
  it.each([
    [
      'Node',
      failed({ code: 'ECONNREFUSED', message: 'connect ECONNREFUSED 127.0.0.1:9' }),
      ' (ECONNREFUSED)',
    ],
    [
      'Bun',
      Object.assign(new Error('Unable to connect.'), { code: 'ConnectionRefused' }),
      ' (ConnectionRefused)',
    ],
    [
      'Deno',
      new TypeError('client error (Connect): tcp connect error: Connection refused (os error 111)'),
      '',
    ],
  ])('is asked whether the agent runs, where %s says that nobody is there', (_, error, code) => {
    expect(told(error)).toMatchObject({
      refused: true,
      message: `GetTask at http://agent.test/ got no answer: no connection could be made${code}. Is it running?`,
    });
  });

  it('may have been taken, where the connection broke', () => {
    const error = told(failed({ code: 'ECONNRESET' }));
    expect(error).toBeInstanceOf(NetworkError);
    expect(error).toMatchObject({
      refused: false,
      message: 'GetTask at http://agent.test/ got no answer: the connection broke (ECONNRESET).',
    });
  });

  it.each([
    ['a page', new TypeError('Failed to fetch')],
    [
      'Deno, that may not call it',
      failed({ name: 'NotCapable', message: 'Requires net access to "agent.test"' }),
    ],
  ])('is told with all that it may be, where %s is not told why', (_, error) => {
    expect(told(error)).toMatchObject({
      refused: false,
      message:
        'GetTask at http://agent.test/ got no answer: why is not told. Is it running, and may it be called from here (CORS, permissions)?',
    });
  });

  it('is out of time, where the runtime was less patient than the client', () => {
    expect(told(failed({ code: 'UND_ERR_HEADERS_TIMEOUT' }))).toBeInstanceOf(RequestTimeoutError);
  });
});
