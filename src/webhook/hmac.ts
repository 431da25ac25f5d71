import { demand, durationOption, textOption, wordOption } from '../errors/options.js';
import { WebhookVerificationError, type WebhookVerificationReason } from '../errors/webhook.js';
import { isBytes } from '../model/bytes.js';
import { base64, hex, sameDigest, toBytes } from './bytes.js';
import { Keeper, type Secrets } from './secrets.js';
import { absent, type Delivery, failed, passed, type Verdict, type Verifier } from './verifier.js';

export interface HmacOptions {
  /** The key, as text (its UTF-8 bytes are the key) or bytes. */
  secret: Secrets;
  /** @default 'X-Webhook-Signature' */
  header?: string | undefined;
  /** What stands before the signature. @default 'sha256=' */
  prefix?: string | undefined;
  /** @default 'hex' */
  encoding?: 'hex' | 'base64' | undefined;
  /** The header with the time of signing, in seconds since 1970; what is signed is then `timestamp.body`. */
  timestampHeader?: string | undefined;
  /** The header with the delivery's id, if that is signed too; what is signed then begins with `id.`. */
  idHeader?: string | undefined;
  /** How far the time of signing may be from now, either way, ms. @default 300_000 */
  tolerance?: number | undefined;
}

const importKey = (secret: string | Uint8Array): Promise<CryptoKey> =>
  crypto.subtle.importKey('raw', toBytes(secret), { name: 'HMAC', hash: 'SHA-256' }, false, ['sign']);

async function sign(key: CryptoKey, content: BufferSource, encoding: 'hex' | 'base64'): Promise<string> {
  const bytes = new Uint8Array(await crypto.subtle.sign('HMAC', key, content));
  return encoding === 'hex' ? hex(bytes) : base64(bytes);
}

/**
 * Verifies a signature of the body: HMAC with SHA-256. A sender that rotates its secret may send several signatures,
 * with spaces or commas between them; one that is right is enough.
 *
 * @throws TypeError for a secret that is empty, and other options that cannot be right
 * @example hmac({ secret }) // X-Webhook-Signature: sha256=<hex>, as PraisonAI's guide signs
 * @example
 * hmac({ secret, header: 'X-A2A-Signature', prefix: 'v1=', timestampHeader: 'X-A2A-Timestamp' })
 * @example
 * // Standard Webhooks
 * hmac({
 *   secret,
 *   header: 'webhook-signature',
 *   prefix: 'v1,',
 *   encoding: 'base64',
 *   timestampHeader: 'webhook-timestamp',
 *   idHeader: 'webhook-id',
 * });
 */
export function hmac(options: HmacOptions): Verifier {
  const {
    encoding = 'hex',
    prefix = 'sha256=',
    header = 'x-webhook-signature',
    timestampHeader,
    idHeader,
  } = options;
  const keys = new Keeper('secret', options.secret, importKey);
  wordOption('encoding', encoding, ['hex', 'base64']);
  for (const [name, value] of Object.entries({ header, timestampHeader, idHeader })) {
    if (value !== undefined) textOption(name, value);
  }
  const tolerance = durationOption('tolerance', options.tolerance, 300_000);
  const name = header.toLowerCase();
  const between = prefix.includes(',') ? /\s+/ : /[\s,]+/;
  const shape = encoding === 'hex' ? /^[\da-f]{64}$/i : /^[\w+/]{43}=$/;
  /** What has another prefix is for somebody else. */
  const signatureIn = (one: string) => {
    const signature = one.slice(prefix.length);
    if (!one.startsWith(prefix) || !shape.test(signature)) return [];
    return encoding === 'hex' ? signature.toLowerCase() : signature;
  };

  return async delivery => {
    const received = delivery.headers.get(name);
    if (received === null) return absent([name]);
    const signatures = received.split(between).flatMap(signatureIn);
    if (signatures.length === 0) return failed(name, 'malformed', `${name} is no signature.`);
    const before = signedHeaders(delivery, name, tolerance, timestampHeader, idHeader);
    if (typeof before !== 'string') return before;
    const body = await delivery.body();
    const content = before ? await new Blob([before, body]).arrayBuffer() : body;
    for (const key of await keys.at(delivery.time)) {
      const expected = await sign(key, content, encoding);
      if (signatures.some(signature => sameDigest(signature, expected))) {
        return passed([name], idHeader && (delivery.headers.get(idHeader) as string));
      }
    }
    return failed(name, 'mismatch', `${name} is not of this body.`);
  };
}

/** What is signed before the body, or why it cannot be right. */
function signedHeaders(
  { headers, time }: Delivery,
  name: string,
  tolerance: number,
  timestampHeader: string | undefined,
  idHeader: string | undefined,
): string | Verdict {
  let before = '';
  if (idHeader !== undefined) {
    const id = headers.get(idHeader);
    if (!id) return failed(name, 'missing', `There is no ${idHeader}.`);
    before += `${id}.`;
  }
  if (timestampHeader !== undefined) {
    const timestamp = headers.get(timestampHeader);
    if (timestamp === null) return failed(name, 'missing', `There is no ${timestampHeader}.`);
    if (!/^\d{1,12}$/.test(timestamp)) {
      return failed(name, 'malformed', `${timestampHeader} is not in seconds since 1970.`);
    }
    // Of the second that has begun.
    const age = (Math.floor(time / 1_000) - Number(timestamp)) * 1_000;
    if (Math.abs(age) > tolerance) {
      return failed(name, 'expired', `${timestampHeader} is more than ${tolerance} ms from now.`);
    }
    before += `${timestamp}.`;
  }
  return before;
}

/**
 * Verifies `X-Webhook-Signature: sha256=<hex>`, for those who have a route of their own.
 *
 * @param body the body as it came, not parsed and written again
 * @param header the header's value, or nothing if there was none
 * @param secret several while one is replaced
 * @throws {WebhookVerificationError} (rejects) `'missing'`, `'malformed'` or `'mismatch'`
 * @throws {TypeError} (rejects) for a secret that is empty
 * @example await verifySignature(await request.text(), request.headers.get('x-webhook-signature'), secret)
 */
export async function verifySignature(
  body: string | ArrayBuffer | Uint8Array,
  header: string | null | undefined,
  secret: Secrets,
): Promise<void> {
  const isBody =
    typeof body === 'string' ||
    isBytes(body) ||
    Object.prototype.toString.call(body) === '[object ArrayBuffer]';
  demand(isBody, 'body', 'text or bytes, as they came', body);
  const verify = hmac({ secret });
  // Not a Headers: what is no header's value is to be refused, not an exception.
  const received = header === null || header === undefined ? null : String(header);
  const headers = { get: () => received } as unknown as Headers;
  const { outcome, reason, message } = await verify({
    headers,
    time: Date.now(),
    body: async () => toBytes(body),
  });
  if (outcome !== 'pass') {
    throw new WebhookVerificationError(reason as WebhookVerificationReason, message as string);
  }
}

/**
 * The value of `X-Webhook-Signature` for a body: `sha256=` and the HMAC with SHA-256 in hexadecimal digits.
 *
 * @throws {TypeError} (rejects) for a secret that is empty
 * @example headers.set('x-webhook-signature', await signPayload(body, secret))
 */
export async function signPayload(
  body: string | ArrayBuffer | Uint8Array,
  secret: string | Uint8Array,
): Promise<string> {
  const [key] = await new Keeper('secret', secret, importKey).at(0);
  return `sha256=${await sign(key as CryptoKey, toBytes(body), 'hex')}`;
}
