import { describe, expect, it } from 'vitest';
import { mergeHeaders, readHeaders, redact } from '../../../src/transport/headers.js';

describe('headers that carry credentials', () => {
  const secret = ['authorization', 'proxy-authorization', 'cookie', 'x-api-key', 'apikey', 'x-auth', 'x-access-token', 'x-client-secret', 'x-session-id', 'x-hub-signature'];
  const plain = ['accept', 'content-type', 'traceparent', 'a2a-version', 'x-request-id', 'user-agent'];

  it.each(secret)('are told by their name: %s', name => {
    const split = readHeaders('headers', { [name]: 'value-1' });
    expect([...split.secret]).toEqual([[name, 'value-1']]);
    expect([...split.plain]).toEqual([]);
  });

  it.each(plain)('are not %s', name => {
    const split = readHeaders('headers', { [name]: 'value-1' });
    expect([...split.plain]).toEqual([[name, 'value-1']]);
    expect([...split.secret]).toEqual([]);
  });

  it('are taken out of a copy: the headers that were given stay', () => {
    const headers = new Headers({ authorization: 'Bearer x', accept: '*/*' });
    readHeaders('headers', headers);
    expect(headers.get('authorization')).toBe('Bearer x');
  });

  it('are merged with others such that the last of a name counts, and no source changes', () => {
    const first = new Headers({ a: '1', b: '1' });
    expect([...mergeHeaders(first, undefined, new Headers({ b: '2', c: '2' }))]).toEqual([
      ['a', '1'],
      ['b', '2'],
      ['c', '2'],
    ]);
    expect(first.get('b')).toBe('1');
  });
});

describe('redacting', () => {
  const secrets = new Headers({ authorization: 'Bearer s3cret-token', 'x-api-key': 'key-12345' });

  it.each([
    ['the token s3cret-token is bad', 'the token [redacted] is bad'],
    ['you sent "Bearer s3cret-token"', 'you sent "[redacted]"'],
    ['key-12345 and key-12345 and s3cret-token', '[redacted] and [redacted] and [redacted]'],
    ['nothing to hide', 'nothing to hide'],
  ])('makes of %o %o', (shown, clean) => {
    expect(redact(shown, secrets)).toBe(clean);
  });

  it('takes special characters as they are', () => {
    const odd = new Headers({ authorization: 'Bearer a.*$&+c' });
    expect(redact('sent a.*$&+c, not aXXc', odd)).toBe('sent [redacted], not aXXc');
  });

  it('changes nothing where there is no secret', () => {
    expect(redact('s3cret-token', new Headers())).toBe('s3cret-token');
  });
});

describe('headers that cannot be sent', () => {
  it.each([[{ 'bad name': 'x' }], [{ authorization: 'Bearer s3cret\r\nx-evil: 1' }], [{ authorization: 'Bearer s3cret\u2028' }]])(
    'are a TypeError that names the option and does not quote the value: %j',
    headers => {
      let error: unknown;
      try {
        readHeaders('auth', headers as unknown as HeadersInit);
      } catch (thrown) {
        error = thrown;
      }
      expect(error).toBeInstanceOf(TypeError);
      expect(String(error)).toContain('"auth"');
      expect(JSON.stringify([String(error), (error as Error).stack, (error as Error).cause])).not.toContain('s3cret');
    },
  );
});
