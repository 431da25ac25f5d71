import { decodeProtectedHeader } from 'jose';
import type { RefusedSignature } from './error.js';
import { isObject, type Json } from './json.js';

/**
 * The protected header of a signature, which the signature covers. Until it is verified it is what anybody may have
 * written, the names and addresses of keys in it included.
 *
 * Source: RFC 7515, section 4.1; A2A specification 1.0, section 8.4.2.
 */
export interface SignatureHeader {
  /** Always one of the asymmetric algorithms that are allowed. */
  alg: string;
  /** Which key. */
  kid?: string;
  /** Where the card says that the key is to be found. Never fetched by this package. */
  jku?: string;
  typ?: string;
  [name: string]: unknown;
}

/** A signature that is well-formed; whether it is right is another question. */
export interface Signature {
  protected: string;
  signature: string;
  header: SignatureHeader;
}

/** What went wrong with one signature, thrown within this room only. */
export class Refusal extends Error {
  readonly refused: RefusedSignature;

  constructor(reason: RefusedSignature['reason'], message: string, cause?: unknown) {
    super(message, { cause });
    this.refused = { reason, message };
  }
}

/** Characters of one protected header, or one signature. */
const longest = 8192;

/** Anything else is refused, HMAC and `none` first of all: with them whoever can verify can also sign. */
const curves: Readonly<Record<string, { kty: string; crv?: string }>> = {
  ES256: { kty: 'EC', crv: 'P-256' },
  ES384: { kty: 'EC', crv: 'P-384' },
  ES512: { kty: 'EC', crv: 'P-521' },
  EdDSA: { kty: 'OKP', crv: 'Ed25519' },
  Ed25519: { kty: 'OKP', crv: 'Ed25519' },
  RS256: { kty: 'RSA' },
  RS384: { kty: 'RSA' },
  RS512: { kty: 'RSA' },
  PS256: { kty: 'RSA' },
  PS384: { kty: 'RSA' },
  PS512: { kty: 'RSA' },
};

/** The kind of key that an algorithm of the list needs. */
export function keyKindOf(algorithm: string): { kty: string; crv?: string } | undefined {
  return Object.hasOwn(curves, algorithm) ? curves[algorithm] : undefined;
}

/**
 * Reads one element of a card's `signatures`. Its unprotected header is not looked at: nobody has signed that.
 *
 * @throws {Refusal}
 */
export function signatureOf(value: Json): Signature {
  const { protected: encoded, signature } = isObject(value) ? value : {};
  if (!isEncoded(encoded) || !isEncoded(signature)) {
    throw new Refusal('malformed', 'its "protected" and "signature" are not both base64url texts');
  }
  const header = headerOf(encoded);
  const { alg, crit, b64, ...others } = header;
  for (const name of ['kid', 'jku', 'typ']) {
    if (!['string', 'undefined'].includes(typeof others[name])) {
      throw new Refusal('malformed', `"${name}" in its protected header is not a text`);
    }
  }
  if (crit !== undefined || b64 !== undefined) {
    throw new Refusal(
      'malformed',
      'its protected header asks for an extension of JWS, which A2A has none of',
    );
  }
  if (/(^|[/+])jwt$/i.test(String(others['typ']))) {
    throw new Refusal('malformed', 'it is the signature of a token (JWT), not of a card');
  }
  if (typeof alg !== 'string' || !keyKindOf(alg)) {
    throw new Refusal(
      'algorithm',
      `its algorithm ${show(alg)} is not one of ${Object.keys(curves).join(', ')}`,
    );
  }
  return { protected: encoded, signature, header: { ...others, alg } };
}

/** For a message: what somebody else wrote, and not too much of it. */
export function show(value: unknown): string {
  return (JSON.stringify(value) ?? 'undefined').slice(0, 80);
}

function headerOf(encoded: string): Record<string, unknown> {
  try {
    return { ...decodeProtectedHeader({ protected: encoded }) };
  } catch {
    throw new Refusal('malformed', 'its protected header is no JSON object');
  }
}

function isEncoded(value: unknown): value is string {
  return typeof value === 'string' && value.length <= longest && /^[\w-]+$/.test(value);
}
