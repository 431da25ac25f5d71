import { describe, expect, it } from 'vitest';
import { readHeaders, redact, splitHeaders } from '../../../src/transport/headers.js';

describe('headers that carry credentials', () => {
  const secret = [
    'authorization',
    'proxy-authorization',
    'cookie',
    'x-api-key',
    'apikey',
    'x-auth',
    'x-access-token',
    'x-client-secret',
    'x-session-id',
    'x-hub-signature',
  ];
  const plain = ['accept', 'content-type', 'traceparent', 'a2a-version', 'x-request-id', 'user-agent'];

  it.each(secret)('are told by their name: %s', name => {
    const split = splitHeaders(readHeaders('headers', { [name]: 'value-1' }));
    expect(Object.entries(split.secret)).toEqual([[name, 'value-1']]);
    expect(Object.entries(split.plain)).toEqual([]);
  });

  it.each(plain)('are not %s', name => {
    const split = splitHeaders(readHeaders('headers', { [name]: 'value-1' }));
    expect(Object.entries(split.plain)).toEqual([[name, 'value-1']]);
    expect(Object.entries(split.secret)).toEqual([]);
  });

  it('are taken out of a copy: the headers that were given stay', () => {
    const headers = new Headers({ authorization: 'Bearer x', accept: '*/*' });
    splitHeaders(readHeaders('headers', headers));
    expect(headers.get('authorization')).toBe('Bearer x');
  });
});

describe('redacting', () => {
  const secrets = { authorization: 'Bearer s3cret-token', 'x-api-key': 'key-12345' };

  it.each([
    ['the token s3cret-token is bad', 'the token [redacted] is bad'],
    ['you sent "Bearer s3cret-token"', 'you sent "[redacted]"'],
    ['key-12345 and key-12345 and s3cret-token', '[redacted] and [redacted] and [redacted]'],
    ['nothing to hide', 'nothing to hide'],
  ])('makes of %o %o', (shown, clean) => {
    expect(redact(shown, secrets)).toBe(clean);
  });

  it('takes special characters as they are', () => {
    const odd = { authorization: 'Bearer a.*$&+c' };
    expect(redact('sent a.*$&+c, not aXXc', odd)).toBe('sent [redacted], not aXXc');
  });

  it('changes nothing where there is no secret', () => {
    expect(redact('s3cret-token', {})).toBe('s3cret-token');
  });
});

describe('headers that cannot be sent', () => {
  it.each([
    [{ 'bad name': 'x' }],
    [{ authorization: 'Bearer s3cret\r\nx-evil: 1' }],
    [{ authorization: 'Bearer s3cret\u2028' }],
  ])('are a TypeError that names the option and does not quote the value: %j', headers => {
    let error: unknown;
    try {
      readHeaders('auth', headers as unknown as HeadersInit);
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(TypeError);
    expect(String(error)).toContain('"auth"');
    expect(JSON.stringify([String(error), (error as Error).stack, (error as Error).cause])).not.toContain(
      's3cret',
    );
  });
});
