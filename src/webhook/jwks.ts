/**
 * Verifies notifications that are signed with published keys. Needs `jose`.
 *
 * @module a2a-await/webhook/jwks
 */

import { type CryptoKey, decodeProtectedHeader, errors, importJWK, type JWK, jwtVerify } from 'jose';
import { demand, durationOption, functionOption } from '../errors/options.js';
import { type Bytes, digest, sameDigest } from './bytes.js';
import { absent, type Delivery, failed, passed, type Verdict, type Verifier } from './verifier.js';

export interface JwksOptions {
  /**
   * Where the sender's keys are, from your configuration or from the origin of its agent card: never from a notification.
   * `https`, unless it is the machine itself.
   */
  url: string | URL;
  /** Those that are allowed, e.g. `['RS256']`; asymmetric ones only. */
  algorithms: readonly string[];
  /** What `iss` must be, if it matters. */
  issuer?: string | undefined;
  /** What `aud` must be, if it matters. */
  audience?: string | undefined;
  /** How far the claim `iat` may be from now, either way, ms. @default 300_000 */
  tolerance?: number | undefined;
  /** How long keys are good before they are fetched again, ms. @default 600_000 */
  maxAge?: number | undefined;
  /**
   * How long they are good after that, while no others can be fetched, ms: one that was withdrawn is not let in for ever
   * because the set is out of reach. @default 86_400_000 (a day)
   */
  maxStale?: number | undefined;
  /** ms for one fetch of the keys. @default 3_000 */
  timeout?: number | undefined;
  /** Called as `(url, init)`. @default the platform's */
  fetch?: typeof fetch | undefined;
}

/** Keys that a signature without a key's id is tried with. */
const mostTried = 10;
/** Between two fetches, because of an id that nobody knows or of a failure, ms. */
const pause = 60_000;
/** Characters of a key set. */
const largest = 262_144;

const header = 'authorization';

/**
 * Verifies a JWT in `Authorization: Bearer`, signed with a key of a set that the sender publishes. Its claims must have
 * `iat`, and `request_body_sha256`: the digest of the body as it came, or as Python writes the same JSON without blanks.
 * Keys that the JWT itself brings or names (`jwk`, `jku`, `x5c`) are not looked at. Needs `jose`.
 *
 * @throws TypeError for a url or an algorithm that cannot be right
 * @example createWebhookReceiver({ url, verify: jwks({ url: 'https://agent.example/jwks.json', algorithms: ['RS256'] }) })
 */
export function jwks(options: JwksOptions): Verifier {
  const { algorithms, issuer, audience } = options;
  const areRight = Array.isArray(algorithms) && algorithms.length > 0 && algorithms.every(isAsymmetric);
  demand(areRight, 'algorithms', 'a list of asymmetric ones, such as RS256', String(algorithms));
  const tolerance = durationOption('tolerance', options.tolerance, 300_000);
  const keySet = new KeySet(options);
  const allowed = [...algorithms];

  async function holds(token: string, key: CryptoKey | Uint8Array, time: number) {
    const { payload } = await jwtVerify(token, key, {
      algorithms: allowed,
      currentDate: new Date(time),
      clockTolerance: tolerance / 1_000,
      ...(issuer === undefined ? {} : { issuer }),
      ...(audience === undefined ? {} : { audience }),
    });
    return payload;
  }

  async function verify(token: string, delivery: Delivery): Promise<Verdict> {
    const { alg, kid } = decodeProtectedHeader(token);
    if (!alg || !allowed.includes(alg))
      return failed(header, 'mismatch', 'The algorithm of the JWT is not allowed.');
    const found = await keySet.find(alg, kid);
    if ('outcome' in found) return found;
    for (const key of found.keys) {
      try {
        const payload = await holds(token, await importJWK(key, alg), delivery.time);
        return judge(payload, delivery, tolerance);
      } catch (error) {
        if (error instanceof errors.JWTExpired) return failed(header, 'expired', 'The JWT has expired.');
        if (error instanceof errors.JWTClaimValidationFailed) {
          return failed(header, 'mismatch', `The claim ${error.claim} of the JWT is wrong.`);
        }
        // It is another key's, or this one is of no use.
      }
    }
    return failed(header, 'mismatch', 'The JWT is not signed by any of the keys.');
  }

  return async delivery => {
    const received = delivery.headers.get(header);
    if (received === null) return absent([header]);
    const [, token] = /^bearer +([\w-]+\.[\w-]+\.[\w-]*)$/i.exec(received) ?? [];
    if (token === undefined) return failed(header, 'malformed', `${header} is no JWT.`);
    try {
      return await verify(token, delivery);
    } catch (error) {
      if (!(error instanceof errors.JOSEError || error instanceof TypeError)) throw error;
      return failed(header, 'malformed', 'The JWT cannot be read.');
    }
  };
}

const isAsymmetric = (algorithm: unknown): boolean =>
  typeof algorithm === 'string' && /^((RS|PS|ES)(256|384|512)|EdDSA|Ed25519)$/.test(algorithm);

/** The signature holds: is it for this body, and from now? */
async function judge(
  { iat, jti, request_body_sha256: claimed }: Record<string, unknown>,
  { time, body }: Delivery,
  tolerance: number,
): Promise<Verdict> {
  if (typeof iat !== 'number') return failed(header, 'missing', 'The JWT has no claim iat.');
  if (Math.abs(Math.floor(time / 1_000) - iat) * 1_000 > tolerance) {
    return failed(header, 'expired', 'The JWT is not from now.');
  }
  if (typeof claimed !== 'string')
    return failed(header, 'missing', 'The JWT has no claim request_body_sha256.');
  const bytes = await body();
  const expected = claimed.toLowerCase();
  const isIt =
    sameDigest(await digest(bytes), expected) || sameDigest(await digest(withoutBlanks(bytes)), expected);
  if (!isIt) return failed(header, 'mismatch', 'The JWT is for another body.');
  return passed([header], typeof jti === 'string' && jti ? jti : undefined);
}

/** What is between the strings of JSON without the blanks; what is in them as it is. In one pass, whatever the body. */
function withoutBlanks(bytes: Bytes): Bytes {
  const kept = new Uint8Array(bytes.length);
  let length = 0;
  let isString = false;
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at] as number;
    if (!isString && blanks.includes(byte)) continue;
    kept[length++] = byte;
    // What is escaped ends nothing.
    if (isString && byte === backslash && at + 1 < bytes.length) kept[length++] = bytes[++at] as number;
    else if (byte === quote) isString = !isString;
  }
  return kept.slice(0, length);
}

const quote = 0x22;
const backslash = 0x5c;
/** Tab, line feed, carriage return, space. */
const blanks = [0x09, 0x0a, 0x0d, 0x20];

/** The keys that somebody publishes. */
class KeySet {
  readonly #url: URL;
  readonly #maxAge: number;
  readonly #maxStale: number;
  readonly #timeout: number;
  readonly #fetch: typeof fetch;
  #keys: JWK[] | undefined;
  /** Of the last success, epoch ms. */
  #fetchedAt = 0;
  /** Of the last attempt, epoch ms. */
  #triedAt = 0;
  #fetching: Promise<boolean> | undefined;

  constructor(options: JwksOptions) {
    this.#url = urlOption(options.url);
    this.#maxAge = durationOption('maxAge', options.maxAge, 600_000);
    this.#maxStale = durationOption('maxStale', options.maxStale, 86_400_000);
    this.#timeout = durationOption('timeout', options.timeout, 3_000);
    if (options.fetch) functionOption('fetch', options.fetch);
    // Called without an owner, as platforms demand.
    this.#fetch = options.fetch ?? ((url, init) => fetch(url, init));
  }

  /** Those that may have made a signature, as far as its header says. */
  async find(alg: string, kid: string | undefined): Promise<{ keys: JWK[] } | Verdict> {
    const isOld = !this.#keys || this.#age() > this.#maxAge;
    const isFresh = isOld && (await this.#refresh());
    if (!this.#keys || this.#age() > this.#maxAge + this.#maxStale)
      return this.#unavailable('The keys cannot be fetched.');
    let keys = this.#fitting(alg, kid);
    if (keys.length > 0) return { keys };
    // A key that was made since then; but not more often than now and then, because anybody can make up an id.
    if (!isFresh) {
      if (!(await this.#refresh()))
        return this.#unavailable('The key is unknown, and keys were fetched just now.');
      keys = this.#fitting(alg, kid);
    }
    return keys.length > 0 ? { keys } : failed(header, 'mismatch', 'The key of the JWT is unknown.');
  }

  #age(): number {
    return Date.now() - this.#fetchedAt;
  }

  #fitting(alg: string, kid: string | undefined): JWK[] {
    const kty = alg.startsWith('E') ? (alg.startsWith('ES') ? 'EC' : 'OKP') : 'RSA';
    return (this.#keys ?? [])
      .filter(
        key =>
          key.kty === kty &&
          (kid === undefined || key.kid === kid) &&
          (key.alg === undefined || key.alg === alg) &&
          (key.use === undefined || key.use === 'sig'),
      )
      .slice(0, mostTried);
  }

  #unavailable(message: string): Verdict {
    const retryAfter = Math.max(1_000, this.#triedAt + pause - Date.now());
    return { outcome: 'unavailable', headers: [header], reason: 'unavailable', message, retryAfter };
  }

  /** Fetches them, unless that was tried a short time ago; says whether it did. All who ask meanwhile share one fetch. */
  #refresh(): Promise<boolean> {
    if (this.#fetching) return this.#fetching;
    if (Date.now() - this.#triedAt < pause) return Promise.resolve(false);
    this.#triedAt = Date.now();
    this.#fetching = this.#load().finally(() => {
      this.#fetching = undefined;
    });
    return this.#fetching;
  }

  async #load(): Promise<boolean> {
    try {
      const signal = AbortSignal.timeout(this.#timeout);
      // 'error' is more than edge workers know; what is not followed is not ok.
      const init: RequestInit = { headers: { accept: 'application/json' }, redirect: 'manual', signal };
      const response = await this.#fetch(this.#url.href, init);
      const text = response.ok ? await response.text() : '';
      const { keys } = text.length > largest ? {} : JSON.parse(text);
      if (!Array.isArray(keys)) return false;
      this.#keys = keys.filter(key => typeof key === 'object' && key !== null && key.d === undefined);
      this.#fetchedAt = Date.now();
      return true;
    } catch {
      return false;
    }
  }
}

function urlOption(given: string | URL): URL {
  const url = URL.canParse(given) ? new URL(given) : undefined;
  const isLocal = /^(localhost|127(\.\d+){3}|\[::1\])$/.test(url?.hostname ?? '');
  const isRight = url?.protocol === 'https:' || (url?.protocol === 'http:' && isLocal);
  // Not quoted: it may hold a password.
  demand(
    isRight && !url.username && !url.password,
    'url',
    'an https url without a password',
    'something else',
  );
  return url as URL;
}
