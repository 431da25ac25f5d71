import { anyOf, authorization, notificationToken, type WebhookReceiverOptions } from 'a2a-await/webhook';
import { type JwksOptions, jwks } from 'a2a-await/webhook/jwks';
import { exportJWK, generateKeyPair, type JWK, SignJWT, UnsecuredJWT } from 'jose';
import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { base, hear, post, registered, statusUpdate, utf8 } from './support.js';

// Rows 14 to 17 of what a receiver answers: JSON Web Tokens and the keys that a sender publishes.

const url = 'https://agent.example/.well-known/jwks.json';
const text = JSON.stringify(statusUpdate('working'));

interface Pair {
  privateKey: CryptoKey;
  jwk: JWK;
}
let key: Pair;
let other: Pair;

async function pair(algorithm = 'RS256'): Promise<Pair> {
  const { publicKey, privateKey } = await generateKeyPair(algorithm, { extractable: true });
  return { privateKey, jwk: await exportJWK(publicKey) };
}

beforeAll(async () => {
  [key, other] = await Promise.all([pair(), pair()]);
});

const hex = (bytes: ArrayBuffer) =>
  Array.from(new Uint8Array(bytes), byte => byte.toString(16).padStart(2, '0')).join('');
const sha256 = async (value: string) => hex(await crypto.subtle.digest('SHA-256', utf8(value)));

interface Claims {
  iat?: number | undefined;
  request_body_sha256?: string | undefined;
  [name: string]: unknown;
}

async function sign(
  { privateKey }: Pair = key,
  claims: Claims = {},
  header: Record<string, unknown> = { kid: 'k-1' },
): Promise<string> {
  const iat = Math.floor(Date.now() / 1_000);
  const all = { iat, request_body_sha256: await sha256(text), ...claims };
  return new SignJWT(JSON.parse(JSON.stringify(all)))
    .setProtectedHeader({ alg: 'RS256', ...header })
    .sign(privateKey);
}

/** A receiver that trusts a set of keys, and what its fetches were. */
function trusting(
  keys: () => unknown,
  options: Partial<JwksOptions> & { shared?: WebhookReceiverOptions['shared'] } = {},
) {
  const fetched: string[] = [];
  const fetch = (async (input: string, init: RequestInit) => {
    fetched.push(`${input} ${init.redirect}`);
    const given = keys();
    if (given instanceof Error) throw given;
    return given instanceof Response ? given : Response.json({ keys: given });
  }) as typeof globalThis.fetch;
  const heard = hear({ shared: jwks({ url, algorithms: ['RS256'], fetch, ...options }) });
  const send = async (token: string, body = text) => {
    const headers = { authorization: `Bearer ${token}` };
    const response = await heard.receiver.handle(post(base, { body, headers }));
    return { status: response.status, retryAfter: response.headers.get('retry-after') };
  };
  return {
    ...heard,
    fetched,
    send,
    status: async (token: string, body = text) => (await send(token, body)).status,
  };
}

const set = () => [{ ...key.jwk, kid: 'k-1' }];

test('what is signed with a key of the set is let in, and keys are fetched once', async () => {
  const { status, fetched } = trusting(set);
  expect(await status(await sign())).toBe(204);
  expect(await status(await sign())).toBe(204);
  expect(fetched).toEqual([`${url} manual`]);
});

test('keys are fetched where the runtime knows no redirect but follow and manual, as on edge workers', async () => {
  const fetch = (async (_: string, { redirect }: RequestInit) => {
    if (redirect === 'error') throw new TypeError('Invalid redirect value');
    return Response.json({ keys: set() });
  }) as typeof globalThis.fetch;
  const { status } = trusting(set, { fetch });
  expect(await status(await sign())).toBe(204);
});

test('a redirect to keys elsewhere is not followed', async () => {
  const location = 'https://evil.example/jwks.json';
  const { status, fetched } = trusting(() => new Response(null, { status: 302, headers: { location } }));
  expect(await status(await sign())).toBe(503);
  expect(fetched).toEqual([`${url} manual`]);
});

test('a url that cannot be right is not quoted: it may hold a password', () => {
  const make = () => jwks({ url: 'https://user:pa55word@agent.example/', algorithms: ['RS256'] });
  expect(make).toThrow(/^"url" must be an https url(?!.*pa55word)/);
});

describe('row 14: tokens that are made up', () => {
  test('unsigned is 401', async () => {
    const { status } = trusting(set);
    const claims = { iat: Math.floor(Date.now() / 1_000), request_body_sha256: await sha256(text) };
    const none = new UnsecuredJWT(claims).encode();
    expect(await status(none)).toBe(401);
    expect(await status(none.replace(/\.$/, '.AAAA'))).toBe(401);
  });

  test('signed with the public key as if it were a secret is 401', async () => {
    const { status } = trusting(set);
    const secrets = [utf8(JSON.stringify(key.jwk)), utf8(key.jwk.n ?? '')];
    for (const secret of secrets) {
      const claims = { iat: Math.floor(Date.now() / 1_000), request_body_sha256: await sha256(text) };
      const token = await new SignJWT(claims).setProtectedHeader({ alg: 'HS256', kid: 'k-1' }).sign(secret);
      expect(await status(token)).toBe(401);
    }
  });

  test('with a key of its own is 401, and nothing it names is fetched', async () => {
    const { status, fetched } = trusting(set);
    const embedded = { jwk: other.jwk, kid: 'k-1' };
    expect(await status(await sign(other, {}, embedded))).toBe(401);
    expect(await status(await sign(other, {}, { kid: 'k-1', jku: 'https://evil.example/jwks.json' }))).toBe(
      401,
    );
    expect(await status(await sign(other, {}, { kid: 'k-1', x5u: 'https://evil.example/x.pem' }))).toBe(401);
    expect(fetched).toEqual([`${url} manual`]);
  });

  test.each([
    '',
    'a',
    'a.b',
    'a.b.c',
    'a.b.c.d',
    '..',
    'e30.e30.',
    'bnVsbA.bnVsbA.AA',
    `${'a'.repeat(5_000)}.b.c`,
  ])('that is none (%.20s) is 401', async token => {
    const { status, failures } = trusting(set);
    expect(await status(token)).toBe(401);
    expect(failures).toEqual([]);
  });

  test('changed anywhere is 401', async () => {
    const { status } = trusting(set);
    const token = await sign();
    const [head = '', payload = '', signature = ''] = token.split('.');
    expect(await status(`${head}.${payload}.${signature.slice(0, -4)}`)).toBe(401);
    expect(await status(`${head}.${btoa(JSON.stringify({ iat: 1 }))}.${signature}`)).toBe(401);
    expect(await status(`${head}.${payload}.`)).toBe(401);
    expect(await status(token, text.replace('WORKING', 'FAILED'))).toBe(401);
  });

  test.each<[string, Claims, number]>([
    ['stale', { iat: -301 }, 401],
    ['of the future', { iat: 302 }, 401],
    ['almost stale', { iat: -299 }, 204],
    ['without a time', { iat: undefined }, 401],
    ['without a digest', { request_body_sha256: undefined }, 401],
    ['with another digest', { request_body_sha256: '0'.repeat(64) }, 401],
    ['expired', { exp: -301 }, 401],
    ['not yet good', { nbf: 400 }, 401],
  ])('%s is %#', async (_, claims, status) => {
    const now = Math.floor(Date.now() / 1_000);
    const shifted = Object.fromEntries(
      Object.entries(claims).map(([name, value]) => [name, typeof value === 'number' ? now + value : value]),
    );
    expect(await trusting(set).status(await sign(key, shifted))).toBe(status);
  });

  test('of another issuer or audience is 401, where that matters', async () => {
    const { status } = trusting(set, { issuer: 'agent', audience: 'app' });
    expect(await status(await sign(key, { iss: 'agent', aud: 'app' }))).toBe(204);
    expect(await status(await sign(key, { iss: 'other', aud: 'app' }))).toBe(401);
    expect(await status(await sign(key, { iss: 'agent' }))).toBe(401);
  });

  test('the digest may be of the body as Python writes it, with the blanks in strings', async () => {
    const compact = '{"taskId":"a \\" b","state":"working","u":"\\u00e9"}';
    const spaced = '{"taskId": "a \\" b",\n\t"state" : "working", "u": "\\u00e9"}\n';
    const { status } = trusting(set);
    const token = await sign(key, { request_body_sha256: (await sha256(compact)).toUpperCase() });
    expect(await status(token, spaced)).toBe(204);
    expect(await status(token, spaced.replace('a \\"', 'a\\"'))).toBe(401);
    expect(await status(token, spaced.replace('\\u00e9', 'é'))).toBe(401);
  });

  test('the same token again is a duplicate by its jti', async () => {
    const heard = trusting(set);
    const token = await sign(key, { jti: 'j-1' });
    expect([await heard.status(token), await heard.status(token)]).toEqual([204, 204]);
    expect(heard.notifications).toHaveLength(1);
  });
});

describe('row 15: no key id', () => {
  test('is 204 where a key of the set verifies', async () => {
    const { status } = trusting(() => [{ ...other.jwk, kid: 'k-0' }, ...set()]);
    expect(await status(await sign(key, {}, {}))).toBe(204);
  });

  test('is 401 where that would be the eleventh', async () => {
    const others = Array.from({ length: 10 }, () => other.jwk);
    expect(await trusting(() => [...others.slice(1), ...set()]).status(await sign(key, {}, {}))).toBe(204);
    expect(await trusting(() => [...others, ...set()]).status(await sign(key, {}, {}))).toBe(401);
  });

  test('keys of another kind or use are not tried', async () => {
    const { jwk } = await pair('ES256');
    const useless = [
      jwk,
      { ...other.jwk, use: 'enc' },
      { ...other.jwk, alg: 'RS512' },
      { kty: 'oct', k: 'AA' },
      null,
      7,
    ];
    const { status } = trusting(() => [...Array(20).fill(useless).flat(), ...set()]);
    expect(await status(await sign(key, {}, {}))).toBe(204);
  });
});

describe('row 16: an unknown key id', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  test('has the keys fetched once a minute: 503 in the pause, 401 after a fruitless fetch', async () => {
    const { send, status, fetched } = trusting(set);
    expect(await status(await sign())).toBe(204);
    const unknown = async () => send(await sign(other, {}, { kid: 'k-2' }));
    expect(await unknown()).toEqual({ status: 503, retryAfter: '60' });
    vi.advanceTimersByTime(20_000);
    expect(await unknown()).toEqual({ status: 503, retryAfter: '40' });
    expect(fetched).toHaveLength(1);
    vi.advanceTimersByTime(40_000);
    expect((await unknown()).status).toBe(401);
    expect(fetched).toHaveLength(2);
    expect((await unknown()).status).toBe(503);
    expect(await status(await sign())).toBe(204);
    expect(fetched).toHaveLength(2);
  });

  test('is 401 at once where it is what the keys are fetched for', async () => {
    const { status } = trusting(set);
    expect(await status(await sign(other, {}, { kid: 'k-2' }))).toBe(401);
  });

  test('is 204 where the key is new', async () => {
    let keys: unknown[] = set();
    const { status } = trusting(() => keys);
    expect(await status(await sign())).toBe(204);
    keys = [{ ...other.jwk, kid: 'k-2' }];
    vi.advanceTimersByTime(60_000);
    expect(await status(await sign(other, {}, { kid: 'k-2' }))).toBe(204);
    // Its owner has withdrawn the old one.
    expect(await status(await sign())).toBe(503);
  });

  test('requests that come together share one fetch', async () => {
    const { status, fetched } = trusting(set);
    const token = await sign();
    expect(await Promise.all([status(token), status(token), status(token)])).toEqual([204, 204, 204]);
    expect(fetched).toHaveLength(1);
  });
});

describe('row 17: no keys to be had', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  test.each<[string, () => unknown]>([
    ['unreachable', () => new TypeError('fetch failed')],
    ['404', () => new Response('no', { status: 404 })],
    ['HTML', () => new Response('<html>')],
    ['no set', () => Response.json({ key: 1 })],
    ['too large', () => new Response(' '.repeat(300_000))],
  ])('%s is 503, to come again', async (_, keys) => {
    const { send, fetched } = trusting(keys);
    expect(await send(await sign())).toEqual({ status: 503, retryAfter: '60' });
    expect(await send(await sign())).toMatchObject({ status: 503 });
    expect(fetched).toHaveLength(1);
  });

  test('keys that were fetched before do until there are others', async () => {
    let keys: unknown = set();
    const { status, fetched } = trusting(() => keys);
    expect(await status(await sign())).toBe(204);
    keys = new TypeError('fetch failed');
    vi.advanceTimersByTime(700_000);
    expect(await status(await sign())).toBe(204);
    expect(fetched).toHaveLength(2);
  });

  test('and keys that are too old are 503, until there are others', async () => {
    let keys: unknown = set();
    const { status, send } = trusting(() => keys);
    expect(await status(await sign())).toBe(204);
    keys = new TypeError('fetch failed');
    vi.advanceTimersByTime(600_000 + 86_400_000);
    expect(await status(await sign())).toBe(204);
    vi.advanceTimersByTime(60_000);
    expect(await send(await sign())).toEqual({ status: 503, retryAfter: '60' });
    keys = set();
    vi.advanceTimersByTime(60_000);
    expect(await status(await sign())).toBe(204);
  });

  test('keys may be trusted no longer than they are good', async () => {
    let keys: unknown = set();
    const { status } = trusting(() => keys, { maxAge: 60_000, maxStale: 0 });
    expect(await status(await sign())).toBe(204);
    keys = new TypeError('fetch failed');
    vi.advanceTimersByTime(60_001);
    expect(await status(await sign())).toBe(503);
  });

  test('is 503 also where another verifier looks at the same header', async () => {
    const fetch = () => Promise.reject(new TypeError('fetch failed'));
    const keys = jwks({ url, algorithms: ['RS256'], fetch });
    const { receiver, registration } = await registered({ verify: anyOf(authorization(), keys) });
    const at = async (credentials: string) =>
      receiver.handle(
        post(registration.url, { body: text, headers: { authorization: `Bearer ${credentials}` } }),
      );
    const response = await at(await sign());
    expect([response.status, response.headers.get('retry-after')]).toEqual([503, '60']);
    expect((await at(registration.credentials)).status).toBe(204);
  });

  test('a token that is wrong anyway is 401', async () => {
    const { receiver } = trusting(() => new TypeError('fetch failed'));
    const headers = { authorization: 'Bearer nonsense' };
    expect((await receiver.handle(post(base, { body: text, headers }))).status).toBe(401);
  });
});

test('beside another verifier, either lets in', async () => {
  const fetch = (async () => Response.json({ keys: set() })) as typeof globalThis.fetch;
  const shared = anyOf(notificationToken('secret'), jwks({ url, algorithms: ['RS256'], fetch }));
  const { receiver } = hear({ shared });
  const at = async (headers: Record<string, string>) =>
    (await receiver.handle(post(base, { body: text, headers }))).status;
  expect(await at({ 'x-webhook-token': 'secret' })).toBe(204);
  expect(await at({ authorization: `Bearer ${await sign()}` })).toBe(204);
  expect(await at({ authorization: `Bearer ${await sign(other)}`, 'x-webhook-token': 'secret' })).toBe(401);
});

test.each<[string, object]>([
  ['algorithms', { url }],
  ['algorithms', { url, algorithms: [] }],
  ['algorithms', { url, algorithms: ['HS256'] }],
  ['algorithms', { url, algorithms: ['RS256', 'none'] }],
  ['url', { url: 'http://agent.example/jwks.json', algorithms: ['RS256'] }],
  ['url', { url: 'nonsense', algorithms: ['RS256'] }],
  ['maxAge', { url, algorithms: ['RS256'], maxAge: -1 }],
  ['maxStale', { url, algorithms: ['RS256'], maxStale: -1 }],
])('refuses %s that cannot be right: %j', (name, options) => {
  expect(() => jwks(options as JwksOptions)).toThrow(`"${name}" must be`);
});

describe('a body that belongs to another token', () => {
  test('is refused at once, whatever it is made of', async () => {
    const { send } = trusting(set);
    const begun = performance.now();
    const { status } = await send(await sign(), `"${'\\"'.repeat(1_000_000)}`);
    expect(status).toBe(401);
    expect(performance.now() - begun).toBeLessThan(3_000);
  });
});
