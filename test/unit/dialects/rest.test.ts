import { type Dialect, InvalidParamsError } from 'a2a-await';
import { describe, expect, it } from 'vitest';
import type { Operation } from '../../../src/dialects/dialect.js';
import { writeRest } from '../../../src/dialects/rest.js';

const written = (operation: Operation, endpoint: URL, params: object, dialect: Dialect = '1.0') => {
  const { url, body } = writeRest(operation, endpoint, params, dialect);
  return [url.href, body && JSON.parse(body)];
};
const at = new URL('https://a.test/rest/');

describe('a call of HTTP+JSON', () => {
  it.each([
    [
      'send',
      { message: { messageId: 'm' } },
      'https://a.test/rest/message:send',
      { message: { messageId: 'm' } },
    ],
    ['stream', { message: {} }, 'https://a.test/rest/message:stream', { message: {} }],
    ['get', { id: 't', historyLength: 2 }, 'https://a.test/rest/tasks/t?historyLength=2', undefined],
    [
      'list',
      { pageSize: 2, pageToken: 'a b' },
      'https://a.test/rest/tasks?pageSize=2&pageToken=a+b',
      undefined,
    ],
    ['cancel', { id: 't' }, 'https://a.test/rest/tasks/t:cancel', {}],
    ['subscribe', { id: 't' }, 'https://a.test/rest/tasks/t:subscribe', {}],
    ['extendedCard', {}, 'https://a.test/rest/extendedAgentCard', undefined],
  ] as const)('%s is written to its own place', (operation, params, url, body) => {
    expect(written(operation, at, params)).toEqual([url, body]);
  });

  it.each([
    ['send', {}, 'https://a.test/rest/v1/message:send', {}],
    ['stream', {}, 'https://a.test/rest/v1/message:stream', {}],
    ['get', { id: 't', historyLength: 2 }, 'https://a.test/rest/v1/tasks/t?historyLength=2', undefined],
    ['list', {}, 'https://a.test/rest/v1/tasks', undefined],
    ['cancel', { id: 't' }, 'https://a.test/rest/v1/tasks/t:cancel', {}],
    ['subscribe', { id: 't' }, 'https://a.test/rest/v1/tasks/t:subscribe', undefined],
    ['extendedCard', {}, 'https://a.test/rest/v1/card', undefined],
  ] as const)('of 0.3: %s is written below its prefix', (operation, params, url, body) => {
    expect(written(operation, at, params, '0.3')).toEqual([url, body]);
    // Whether the card names the prefix or not.
    expect(written(operation, new URL('https://a.test/rest/v1/'), params, '0.3')).toEqual([url, body]);
  });

  it('has the tenant before its path, and in the body where there is one', () => {
    expect(written('cancel', at, { id: 't', tenant: 'a/b' })).toEqual([
      'https://a.test/rest/a%2Fb/tasks/t:cancel',
      { tenant: 'a/b' },
    ]);
    expect(written('get', at, { id: 't', tenant: 'acme' })).toEqual([
      'https://a.test/rest/acme/tasks/t',
      undefined,
    ]);
    expect(written('get', at, { id: 't', tenant: '' })).toEqual(['https://a.test/rest/tasks/t', undefined]);
  });

  it('keeps an id in its segment, whatever is in it', () => {
    expect(written('get', at, { id: '../../admin?x=1#y' })).toEqual([
      'https://a.test/rest/tasks/..%2F..%2Fadmin%3Fx%3D1%23y',
      undefined,
    ]);
  });

  it('takes an id as it is, dollar signs and all', () => {
    expect(written('get', at, { id: "$&$'" })).toEqual(["https://a.test/rest/tasks/%24%26%24'", undefined]);
  });

  it.each(['.', '..', '\ud800'])('refuses %o, which no url can hold', id => {
    expect(() => written('get', at, { id })).toThrow(InvalidParamsError);
    expect(() => written('get', at, { id: 't', tenant: id })).toThrow(InvalidParamsError);
  });

  it('leaves out what is undefined, and keeps the query of the endpoint', () => {
    const keyed = new URL('https://a.test/rest?key=1');
    expect(written('get', keyed, { id: 't', historyLength: undefined })).toEqual([
      'https://a.test/rest/tasks/t?key=1',
      undefined,
    ]);
  });
});
