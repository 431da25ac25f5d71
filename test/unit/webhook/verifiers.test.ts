import {
  allOf,
  anyOf,
  authorization,
  type Delivery,
  hmac,
  notificationToken,
  signPayload,
  unsafeNoVerification,
  type Verdict,
  verifySignature,
  verifyToken,
  WebhookVerificationError,
} from 'a2a-await/webhook';
import { describe, expect, test } from 'vitest';
import { digest } from '../../../src/webhook/bytes.js';

const time = 1_700_000_000_000;
const seconds = 1_700_000_000;
const encode = (text: string) => new TextEncoder().encode(text);

function delivery(headers: Record<string, string>, body = '', more: Partial<Delivery> = {}): Delivery {
  return { headers: new Headers(headers), time, body: async () => encode(body), ...more };
}

/** The outcome, and why. */
const brief = ({ outcome, reason }: Verdict) => (reason === undefined ? outcome : `${outcome}: ${reason}`);

// Computed with OpenSSL: printf %s "$body" | openssl dgst -sha256 -hmac "$secret"
const secret = 'whsec-geheim-ü';
const body =
  '{"taskId":"t-1","status":{"state":"completed"},"timestamp":"2025-01-01T00:00:00Z","note":"é😀"}';
const signature = 'be2200da178d1fc2736511038c707fea08cec71628453dfeab8f882e32d7693b';
const timed = 'b0e3c6b9ea411ff94ea753ad6fc91d84f5fee28397993be475bbe97e0f4bbca7';
const standard = 'Z/vJ8DzCdQg2MUafGhE5YlvE+UoCs8GdK0i8RJjSv/0=';

describe('signatures', () => {
  test('are those that OpenSSL computes', async () => {
    expect(await signPayload(body, secret)).toBe(`sha256=${signature}`);
    expect(await signPayload(encode(body), encode(secret))).toBe(`sha256=${signature}`);
  });

  test.each<[string, string, string]>([
    ['as it was sent', `sha256=${signature}`, 'pass'],
    ['in upper case', `sha256=${signature.toUpperCase()}`, 'pass'],
    ['among others', `sha256=${'0'.repeat(64)}, sha256=${signature}`, 'pass'],
    [
      'among a thousand others',
      [...Array(1_000).fill(`sha256=${'0'.repeat(64)}`), `sha256=${signature}`].join(' '),
      'pass',
    ],
    [
      'of a thousand wrong ones',
      Array(1_000)
        .fill(`sha256=${'0'.repeat(64)}`)
        .join(),
      'fail: mismatch',
    ],
    ['with a digit less', `sha256=${signature.slice(0, -1)}`, 'fail: malformed'],
    ['with a digit more', `sha256=${signature}0`, 'fail: malformed'],
    ['with another digit', `sha256=${signature.slice(0, -1)}0`, 'fail: mismatch'],
    ['without its prefix', signature, 'fail: malformed'],
    ['with another prefix', `sha1=${signature}`, 'fail: malformed'],
    ['with its prefix in upper case', `SHA256=${signature}`, 'fail: malformed'],
    ['with what is no digit', `sha256=${'g'.repeat(64)}`, 'fail: malformed'],
    ['empty', '', 'fail: malformed'],
    ['with its prefix alone', 'sha256=', 'fail: malformed'],
  ])('%s', async (_, header, outcome) => {
    const verdict = await hmac({ secret })(delivery({ 'X-Webhook-Signature': header }, body));
    expect(brief(verdict)).toBe(outcome);
    const alone = verifySignature(body, header, secret);
    if (outcome === 'pass') await expect(alone).resolves.toBeUndefined();
    else await expect(alone).rejects.toMatchObject({ reason: outcome.slice('fail: '.length) });
  });

  test('do not hold for a body with one bit changed, wherever', async () => {
    const bytes = encode(body);
    for (let at = 0; at < bytes.length; at += 1) {
      const changed = bytes.map((byte, index) => (index === at ? byte ^ 1 : byte));
      await expect(verifySignature(changed, `sha256=${signature}`, secret)).rejects.toThrow(
        WebhookVerificationError,
      );
    }
  });

  test('are missed where there is none', async () => {
    expect(brief(await hmac({ secret })(delivery({}, body)))).toBe('absent: missing');
    await expect(verifySignature(body, null, secret)).rejects.toMatchObject({ reason: 'missing' });
    await expect(verifySignature(body, undefined, secret)).rejects.toMatchObject({ reason: 'missing' });
  });

  const stamped = { secret, header: 'X-A2A-Signature', prefix: 'v1=', timestampHeader: 'X-A2A-Timestamp' };

  test.each<[string, number, string]>([
    ['now', 0, 'pass'],
    ['300 s later', 300, 'pass'],
    ['300 s earlier', -300, 'pass'],
    ['301 s later', 301, 'fail: expired'],
    ['301 s earlier', -301, 'fail: expired'],
  ])('over the time and the body hold %s', async (_, later, outcome) => {
    const headers = { 'X-A2A-Signature': `v1=${timed}`, 'X-A2A-Timestamp': String(seconds) };
    const verdict = await hmac(stamped)(delivery(headers, body, { time: time + later * 1_000 + 999 }));
    expect(brief(verdict)).toBe(outcome);
  });

  test.each(['123abc', '1e9', '-1700000000', '1700000000.5', '', ' ', '0x6553F100'])(
    'with the time %j are malformed',
    async timestamp => {
      const headers = { 'X-A2A-Signature': `v1=${timed}`, 'X-A2A-Timestamp': timestamp };
      expect(brief(await hmac(stamped)(delivery(headers, body)))).toBe('fail: malformed');
    },
  );

  test('with the time in milliseconds, without one, or with another do not hold', async () => {
    const verdictFor = async (headers: Record<string, string>) =>
      brief(await hmac(stamped)(delivery({ 'X-A2A-Signature': `v1=${timed}`, ...headers }, body)));
    expect(await verdictFor({ 'X-A2A-Timestamp': `${seconds}000` })).toBe('fail: malformed');
    expect(await verdictFor({ 'X-A2A-Timestamp': `${seconds}00` })).toBe('fail: expired');
    expect(await verdictFor({ 'X-A2A-Timestamp': String(seconds + 1) })).toBe('fail: mismatch');
    expect(await verdictFor({})).toBe('fail: missing');
  });

  test('of Standard Webhooks hold, and name the delivery', async () => {
    const verify = hmac({
      secret,
      header: 'webhook-signature',
      prefix: 'v1,',
      encoding: 'base64',
      timestampHeader: 'webhook-timestamp',
      idHeader: 'webhook-id',
    });
    const headers = { 'webhook-id': 'msg_1', 'webhook-timestamp': String(seconds) };
    const signed = `v1a,asymmetric v1,${btoa('0'.repeat(32))} v1,${standard}`;
    expect(await verify(delivery({ ...headers, 'webhook-signature': signed }, body))).toEqual({
      outcome: 'pass',
      headers: ['webhook-signature'],
      deliveryId: 'msg_1',
    });
    const other = { ...headers, 'webhook-id': 'msg_2', 'webhook-signature': signed };
    expect(brief(await verify(delivery(other, body)))).toBe('fail: mismatch');
    const without = { 'webhook-timestamp': String(seconds), 'webhook-signature': signed };
    expect(brief(await verify(delivery(without, body)))).toBe('fail: missing');
  });

  test('by the previous secret hold until its last moment', async () => {
    const signed = delivery({ 'x-webhook-signature': `sha256=${signature}` }, body);
    const rotated = (until: number) => hmac({ secret: ['next', { secret, until }] });
    expect(brief(await rotated(time)(signed))).toBe('pass');
    expect(brief(await rotated(time - 1)(signed))).toBe('fail: mismatch');
    expect(brief(await hmac({ secret: 'next' })(signed))).toBe('fail: mismatch');
    let current = 'next';
    const asked = hmac({ secret: () => current });
    expect(brief(await asked(signed))).toBe('fail: mismatch');
    current = secret;
    expect(brief(await asked(signed))).toBe('pass');
  });
});

describe('tokens', () => {
  const names = ['X-A2A-Notification-Token', 'a2a-notification-token', 'X-WEBHOOK-TOKEN'];

  test.each(names)('are read from %s', async name => {
    expect(brief(await notificationToken('right')(delivery({ [name]: 'right' })))).toBe('pass');
    expect(brief(await notificationToken('right')(delivery({ [name]: 'wrong' })))).toBe('fail: mismatch');
  });

  test.each(['', 'righ', 'rightt', 'RIGHT', 'right, right', 'rïght', ' '])('are not %j', async token => {
    const headers = { 'x-a2a-notification-token': token };
    expect(brief(await notificationToken('right')(delivery(headers)))).toBe('fail: mismatch');
  });

  test('must all be right', async () => {
    const headers = { 'x-a2a-notification-token': 'right', 'x-webhook-token': 'wrong' };
    expect(brief(await notificationToken('right')(delivery(headers)))).toBe('fail: mismatch');
  });

  test('are those of the registration where none is given, and without one never right', async () => {
    const expected = { tokens: [await digest('t')], credentials: [await digest('c')] };
    const of = (token: string) => delivery({ 'x-a2a-notification-token': token }, '', { expected });
    expect(brief(await notificationToken()(of('t')))).toBe('pass');
    expect(brief(await notificationToken()(of('c')))).toBe('fail: mismatch');
    const shared = delivery({ 'x-a2a-notification-token': 't' });
    const verdict = await notificationToken()(shared);
    expect(brief(verdict)).toBe('fail: mismatch');
    expect(verdict.message).toContain('has no secret');
    const bearer = (credentials: string) =>
      delivery({ authorization: `Bearer ${credentials}` }, '', { expected });
    expect(brief(await authorization()(bearer('c')))).toBe('pass');
    expect(brief(await authorization()(bearer('t')))).toBe('pass');
    expect(brief(await authorization()(bearer('x')))).toBe('fail: mismatch');
  });

  test.each([
    ['bearer c', 'pass'],
    ['BEARER   c', 'pass'],
    ['Bearer c, Bearer c', 'fail: mismatch'],
    ['Bearer', 'fail: malformed'],
    ['Bearer ', 'fail: malformed'],
    ['Basic c', 'fail: malformed'],
    ['c', 'fail: malformed'],
    ['', 'fail: malformed'],
  ])('as Authorization: %s', async (header, outcome) => {
    expect(brief(await authorization('c')(delivery({ authorization: header })))).toBe(outcome);
  });

  test('are compared alone', async () => {
    await expect(verifyToken('right', 'right')).resolves.toBeUndefined();
    await expect(verifyToken('right', ['new', 'right'])).resolves.toBeUndefined();
    await expect(verifyToken('wrong', 'right')).rejects.toMatchObject({ reason: 'mismatch' });
    await expect(verifyToken('', 'right')).rejects.toMatchObject({ reason: 'mismatch' });
    await expect(verifyToken(null, 'right')).rejects.toMatchObject({ reason: 'missing' });
    await expect(verifyToken(undefined, 'right')).rejects.toMatchObject({ reason: 'missing' });
  });
});

describe('put together', () => {
  const token = notificationToken('t');
  const bearer = authorization('c');
  const signed = hmac({ secret });
  const right = { 'x-a2a-notification-token': 't' };
  const wrongToken = { 'x-a2a-notification-token': 'x' };
  const rightBearer = { authorization: 'Bearer c' };
  const wrongBearer = { authorization: 'Bearer x' };
  const rightSignature = { 'x-webhook-signature': `sha256=${signature}` };

  test.each([
    ['one of two', right, 'pass'],
    ['the other', rightBearer, 'pass'],
    ['both', { ...right, ...rightBearer }, 'pass'],
    ['none', {}, 'absent: missing'],
    ['one right, one wrong', { ...right, ...wrongBearer }, 'fail: mismatch'],
    ['one wrong, one right', { ...wrongToken, ...rightBearer }, 'fail: mismatch'],
  ])('anyOf: %s', async (_, headers, outcome) => {
    expect(brief(await anyOf(token, bearer)(delivery(headers as Record<string, string>)))).toBe(outcome);
  });

  test('anyOf: a header is wrong only if no verifier accepts it', async () => {
    const either = anyOf(authorization('other'), bearer, authorization('another', { scheme: 'Basic' }));
    expect(brief(await either(delivery(rightBearer)))).toBe('pass');
    expect(brief(await either(delivery(wrongBearer)))).toBe('fail: mismatch');
  });

  test('anyOf: where nobody can tell now, that is what it says, unless it is wrong anyway', async () => {
    const unsure = () => ({ outcome: 'unavailable' as const, headers: ['authorization'], retryAfter: 5 });
    expect(brief(await anyOf(token, unsure)(delivery({ ...right, ...rightBearer })))).toBe('unavailable');
    expect(brief(await anyOf(token, unsure)(delivery(wrongToken)))).toBe('fail: mismatch');
    expect(brief(await anyOf(bearer, unsure)(delivery(rightBearer)))).toBe('pass');
    expect(brief(await anyOf(bearer, unsure)(delivery(wrongBearer)))).toBe('unavailable');
  });

  test.each([
    ['both', { ...right, ...rightSignature }, 'pass'],
    ['one', right, 'absent: missing'],
    ['the other', rightSignature, 'absent: missing'],
    ['none', {}, 'absent: missing'],
    ['one wrong', { ...wrongToken, ...rightSignature }, 'fail: mismatch'],
  ])('allOf: %s', async (_, headers, outcome) => {
    const verdict = await allOf(token, signed)(delivery(headers as Record<string, string>, body));
    expect(brief(verdict)).toBe(outcome);
  });

  test('allOf within anyOf', async () => {
    const either = anyOf(allOf(token, signed), bearer);
    expect(brief(await either(delivery({ ...right, ...rightSignature }, body)))).toBe('pass');
    expect(brief(await either(delivery(right, body)))).toBe('absent: missing');
    expect(brief(await either(delivery({ ...right, ...rightBearer }, body)))).toBe('pass');
    expect(brief(await either(delivery({ ...wrongToken, ...rightBearer }, body)))).toBe('fail: mismatch');
  });

  test('the body is read only for a signature that is there', async () => {
    const unread = { body: () => Promise.reject(new Error('It was read.')) };
    const any = anyOf(token, bearer, signed);
    expect(brief(await any(delivery(right, '', unread)))).toBe('pass');
    await expect(any(delivery(rightSignature, '', unread))).rejects.toThrow('It was read.');
  });

  test('unsafeNoVerification lets everything in', async () => {
    expect(brief(await unsafeNoVerification()(delivery({})))).toBe('pass');
  });
});

describe('what cannot be right', () => {
  test.each<[string, () => unknown]>([
    ['token', () => notificationToken('')],
    ['token', () => notificationToken([])],
    ['token', () => notificationToken(['a', ''])],
    ['credentials', () => authorization('')],
    ['scheme', () => authorization('c', { scheme: 'Bea rer' })],
    ['secret', () => hmac({} as { secret: string })],
    ['secret', () => hmac({ secret: '' })],
    ['secret', () => hmac({ secret: new Uint8Array() })],
    ['secret', () => hmac({ secret: { secret: 's', until: Number.NaN } })],
    ['tolerance', () => hmac({ secret, tolerance: -1 })],
    ['encoding', () => hmac({ secret, encoding: 'base32' as 'hex' })],
    ['timestampHeader', () => hmac({ secret, timestampHeader: '' })],
    ['anyOf', () => anyOf()],
    ['allOf', () => allOf(undefined as never)],
  ])('is a TypeError that names %s, and holds no secret', (name, make) => {
    expect(make).toThrow(TypeError);
    expect(make).toThrow(`"${name}" must be`);
  });

  test('rejects in what is asynchronous', async () => {
    await expect(verifyToken('a', '')).rejects.toThrow(TypeError);
    await expect(verifyToken('a', undefined as never)).rejects.toThrow(TypeError);
    await expect(verifySignature(body, 'x', '')).rejects.toThrow(TypeError);
    await expect(verifySignature({} as string, 'x', secret)).rejects.toThrow(TypeError);
    await expect(signPayload(body, '')).rejects.toThrow(TypeError);
  });
});
