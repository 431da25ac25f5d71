import { allOf, authorization, hmac, notificationToken, signPayload } from 'a2a-await/webhook';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { base, bearerOf, hear, post, registered, statusUpdate, tokenOf } from './support.js';

// Rows 1 to 13 and 18 of what a receiver answers: who may come in.

const body = statusUpdate('working');
const unknownId = 'a'.repeat(32);

describe('row 1: an unknown path or registration', () => {
  test.each([
    `${base}/${unknownId}`,
    base,
    `${base}/short`,
    `${base}/${unknownId}/more`,
    'https://app.example/',
    'https://app.example/elsewhere',
    `${base}/..%2f..%2f`,
    `${base}?id=${unknownId}`,
  ])('%s is 404', async url => {
    const { receiver, refused } = hear();
    const response = await receiver.handle(post(url, { body }));
    expect(response.status).toBe(404);
    expect(await response.text()).toBe('');
    expect(refused).toEqual([{ status: 404, message: expect.any(String), registrationId: undefined }]);
  });

  test("an id in the query is not looked at, and a mount's prefix does not matter", async () => {
    const { receiver, registration } = await registered();
    const headers = tokenOf(registration);
    const at = async (url: string) => (await receiver.handle(post(url, { body, headers }))).status;
    expect(await at(`${base}?id=${registration.id}`)).toBe(404);
    expect(await at(`https://internal.example/${registration.id}`)).toBe(204);
    expect(await at(`http://10.0.0.7:8080/other/prefix/${registration.id}?query=1`)).toBe(204);
  });
});

describe('row 2: an expired or deleted registration', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  const day = 86_400_000;

  test('that has expired is 410 for a day, then 404', async () => {
    const { receiver } = hear();
    const registration = await receiver.register({ life: 60_000 });
    const status = async () =>
      (await receiver.handle(post(registration.url, { body, headers: tokenOf(registration) }))).status;
    expect(await status()).toBe(204);
    vi.advanceTimersByTime(60_000);
    expect(await status()).toBe(410);
    vi.advanceTimersByTime(day - 1);
    expect(await status()).toBe(410);
    vi.advanceTimersByTime(1);
    expect(await status()).toBe(404);
  });

  test('that was revoked is 410 for a day, then 404, with whatever credentials', async () => {
    const { receiver, registration, send } = await registered();
    await registration.revoke();
    expect(await send(body)).toBe(410);
    expect((await receiver.handle(post(registration.url, { body }))).status).toBe(410);
    vi.advanceTimersByTime(day - 1);
    expect(await send(body)).toBe(410);
    vi.advanceTimersByTime(1);
    expect(await send(body)).toBe(404);
    await expect(registration.revoke()).resolves.toBeUndefined();
  });
});

describe('row 3: another method', () => {
  test.each(['PUT', 'DELETE', 'PATCH', 'OPTIONS', 'HEAD', 'GET'])('%s is 405', async method => {
    const { receiver, registration } = await registered();
    const response = await receiver.handle(new Request(registration.url, { method }));
    expect(response.status).toBe(405);
    expect(response.headers.get('allow')).toBe('POST');
  });

  test('PUT is 405 where GET shakes hands', async () => {
    const { receiver, registration } = await registered({ handshake: true });
    const response = await receiver.handle(new Request(registration.url, { method: 'PUT' }));
    expect(response.status).toBe(405);
    expect(response.headers.get('allow')).toBe('GET, POST');
  });
});

describe('row 4: a handshake', () => {
  test('gets its token back, as text that no browser takes for anything else', async () => {
    const { receiver, registration } = await registered({ handshake: true });
    const token = 'c0ffee-1234_~.=';
    const response = await receiver.handle(new Request(`${registration.url}?validationToken=${token}`));
    expect(response.status).toBe(200);
    expect(await response.text()).toBe(token);
    expect(response.headers.get('content-type')).toMatch(/^text\/plain/);
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    expect(response.headers.get('cache-control')).toBe('no-store');
  });
});

describe('row 5: a handshake with a token that is none', () => {
  test.each([
    '',
    '?validationToken=',
    `?validationToken=${'a'.repeat(129)}`,
    '?validationToken=%3Cscript%3Ealert(1)%3C/script%3E',
    '?validationToken=a%0D%0Aset-cookie:%20a=b',
    '?validationToken=a%00b',
    '?other=a',
  ])('%s is 400', async query => {
    const { receiver, registration } = await registered({ handshake: true });
    const response = await receiver.handle(new Request(registration.url + query));
    expect(response.status).toBe(400);
    expect(await response.text()).toBe('');
  });
});

describe('row 6: no credentials', () => {
  test('is 401', async () => {
    const { receiver, registration, notifications, refused } = await registered();
    const response = await receiver.handle(post(registration.url, { body }));
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toBe('Bearer');
    expect(notifications).toEqual([]);
    expect(refused).toMatchObject([{ status: 401, registrationId: registration.id }]);
  });

  test('is 401 before the body is read', async () => {
    const { receiver, registration } = await registered();
    const request = post(registration.url, { body });
    await receiver.handle(request);
    expect(request.bodyUsed).toBe(false);
  });
});

describe('row 7: a wrong token', () => {
  test.each<[string, (token: string) => string]>([
    ['another', token => token.split('').reverse().join('')],
    ['one that is too short', token => token.slice(0, -1)],
    ['one that is too long', token => `${token}A`],
    ['one beyond ASCII', token => `${token.slice(1)}é`],
    ['an empty one', () => ''],
    ['its digest', () => 'a'.repeat(64)],
  ])('%s is 401', async (_, change) => {
    const { receiver, registration } = await registered();
    const headers = tokenOf({ token: change(registration.token) });
    expect((await receiver.handle(post(registration.url, { body, headers }))).status).toBe(401);
  });

  test.each(['x-a2a-notification-token', 'a2a-notification-token', 'x-webhook-token'])(
    'in %s is 401, and the right one 204',
    async name => {
      const { receiver, registration } = await registered();
      const at = async (token: string) =>
        (await receiver.handle(post(registration.url, { body, headers: { [name]: token } }))).status;
      expect(await at('wrong')).toBe(401);
      expect(await at(registration.credentials)).toBe(401);
      expect(await at(registration.token)).toBe(204);
    },
  );
});

describe('row 8: one credential right, the other wrong', () => {
  test('is 401 either way', async () => {
    const { send } = await registered();
    expect(await send(body, { authorization: 'Bearer wrong' })).toBe(401);
    expect(await send(body, { authorization: 'Basic wrong' })).toBe(401);
    expect(await send(body, { authorization: '' })).toBe(401);
    expect(await send(body, { 'x-a2a-notification-token': 'wrong' })).toBe(401);
    expect(await send(body, { 'x-webhook-token': 'wrong' })).toBe(401);
    expect(await send(body)).toBe(204);
  });
});

describe('row 9: a header that is there twice', () => {
  test('is 401', async () => {
    const { receiver, registration } = await registered();
    for (const [name, value] of Object.entries({ ...tokenOf(registration), ...bearerOf(registration) })) {
      const request = post(registration.url, { body });
      request.headers.append(name, value);
      request.headers.append(name, value);
      expect((await receiver.handle(request)).status).toBe(401);
    }
  });
});

describe('row 10: the scheme in another case', () => {
  test.each(['bearer', 'BEARER', 'Bearer', 'bEaReR'])('%s is 204', async scheme => {
    const { receiver, registration } = await registered();
    const headers = { authorization: `${scheme} ${registration.credentials}` };
    expect((await receiver.handle(post(registration.url, { body, headers }))).status).toBe(204);
  });
});

describe("row 11: a registration's secret at another's url", () => {
  test('is 401', async () => {
    const { receiver } = hear();
    const [one, other] = [await receiver.register(), await receiver.register()];
    for (const headers of [tokenOf(one), bearerOf(one), { ...tokenOf(one), ...bearerOf(one) }]) {
      expect((await receiver.handle(post(other.url, { body, headers }))).status).toBe(401);
      expect((await receiver.handle(post(one.url, { body, headers }))).status).toBe(204);
    }
  });

  test('and a registration has secrets that have nothing in common with its url or each other', async () => {
    const { receiver } = hear();
    const { id, url, token, credentials, expiresAt, toConfig } = await receiver.register();
    expect(url).toBe(`${base}/${id}`);
    expect(id).toMatch(/^[\da-f]{32}$/);
    expect(token).toMatch(/^[\da-f]{64}$/);
    expect(credentials).toMatch(/^[\da-f]{64}$/);
    expect(new Set([token, credentials, (await receiver.register()).token]).size).toBe(3);
    expect(Math.abs(expiresAt.getTime() - Date.now() - 86_400_000)).toBeLessThan(10_000);
    expect(toConfig()).toEqual({ id, url, token, authentication: { scheme: 'Bearer', credentials } });
  });
});

const secret = 'a signing secret';
const signed = JSON.stringify(body);

describe('row 12: a signature that is demanded is missing or malformed', () => {
  test.each([undefined, '', 'sha256=', 'sha256=12', 'sha1=ab', '0'.repeat(64)])('%s is 401', async value => {
    const { receiver } = hear({ shared: hmac({ secret }) });
    const headers = value === undefined ? {} : { 'x-webhook-signature': value };
    expect(
      (await receiver.handle(post(base, { body, headers: headers as Record<string, string> }))).status,
    ).toBe(401);
  });

  test('is 401 beside a right token, where both are demanded', async () => {
    const verify = allOf(notificationToken(), hmac({ secret }));
    const { receiver, registration } = await registered({ verify });
    const at = async (headers: Record<string, string>) =>
      (await receiver.handle(post(registration.url, { body: signed, headers }))).status;
    const signature = { 'x-webhook-signature': await signPayload(signed, secret) };
    expect(await at(tokenOf(registration))).toBe(401);
    expect(await at(signature)).toBe(401);
    expect(await at({ ...tokenOf(registration), ...signature })).toBe(204);
  });

  test('is 401 for another body', async () => {
    const { receiver } = hear({ shared: hmac({ secret }) });
    const headers = { 'x-webhook-signature': await signPayload(signed, secret) };
    expect((await receiver.handle(post(base, { body: `${signed} `, headers }))).status).toBe(401);
    expect((await receiver.handle(post(base, { body: signed, headers }))).status).toBe(204);
  });
});

describe('row 13: a signed time that is stale or in the future', () => {
  test.each([
    [-301, 401],
    [-299, 204],
    [0, 204],
    [299, 204],
    [302, 401],
  ])('%i s from now is %i', async (later, status) => {
    const scheme = { header: 'X-A2A-Signature', prefix: 'v1=', timestampHeader: 'X-A2A-Timestamp' };
    const { receiver } = hear({ shared: hmac({ secret, ...scheme }) });
    const timestamp = String(Math.floor(Date.now() / 1_000) + later);
    const signature = (await signPayload(`${timestamp}.${signed}`, secret)).replace('sha256', 'v1');
    const headers = { 'x-a2a-timestamp': timestamp, 'x-a2a-signature': signature };
    expect((await receiver.handle(post(base, { body: signed, headers }))).status).toBe(status);
  });
});

describe('row 18: the previous secret', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  test('of a registration is 204 in the overlap, 401 after it', async () => {
    const { receiver, registration: old } = await registered();
    const fresh = await old.rotate({ overlap: 60_000 });
    const at = async (headers: Record<string, string>) =>
      (await receiver.handle(post(old.url, { body, headers }))).status;
    expect(fresh.url).toBe(old.url);
    expect(fresh.expiresAt).toEqual(old.expiresAt);
    vi.advanceTimersByTime(59_999);
    expect(await at(tokenOf(old))).toBe(204);
    expect(await at(bearerOf(old))).toBe(204);
    expect(await at(tokenOf(fresh))).toBe(204);
    // A sender may have the one from before and the other from now.
    expect(await at({ ...tokenOf(old), ...bearerOf(fresh) })).toBe(204);
    vi.advanceTimersByTime(1);
    expect(await at(tokenOf(old))).toBe(401);
    expect(await at(bearerOf(old))).toBe(401);
    expect(await at(tokenOf(fresh))).toBe(204);
  });

  test('is 204 in the overlap however often it is rotated', async () => {
    const { receiver, registration: old } = await registered();
    for (let nth = 0; nth < 20; nth += 1) await old.rotate({ overlap: 60_000 });
    const status = async () => (await receiver.handle(post(old.url, { body, headers: tokenOf(old) }))).status;
    expect(await status()).toBe(204);
    vi.advanceTimersByTime(60_000);
    expect(await status()).toBe(401);
  });

  test('is not brought back by rotating again', async () => {
    const { receiver, registration: old } = await registered();
    await old.rotate({ overlap: 0 });
    await old.rotate();
    expect((await receiver.handle(post(old.url, { body, headers: tokenOf(old) }))).status).toBe(401);
  });

  test('of signatures is 204 in the overlap, 401 after it', async () => {
    const until = Date.now() + 60_000;
    const { receiver } = hear({ shared: hmac({ secret: ['next', { secret, until }] }) });
    const headers = { 'x-webhook-signature': await signPayload(signed, secret) };
    const status = async () => (await receiver.handle(post(base, { body: signed, headers }))).status;
    expect(await status()).toBe(204);
    vi.advanceTimersByTime(60_001);
    expect(await status()).toBe(401);
  });
});

test('where no verifier is given for a shared url, nobody gets in with none', async () => {
  const { receiver } = hear({ shared: authorization('secret') });
  expect((await receiver.handle(post(base, { body }))).status).toBe(401);
  const headers = { authorization: 'Bearer secret' };
  expect((await receiver.handle(post(base, { body, headers }))).status).toBe(204);
});
