import type { CryptoKey, JWK } from 'jose';
import { demand } from '../errors/options.js';
import { keyKindOf, Refusal, type SignatureHeader, show } from './header.js';

/** A public key: a JSON Web Key (RFC 7517), or what `crypto.subtle` makes of one. */
export type PublicKey = JWK | CryptoKey;

/** A JSON Web Key Set (RFC 7517, section 5). */
export interface KeySet {
  keys: readonly JWK[];
}

/**
 * Whom you trust: a key, a set of keys, or a function that finds them for a signature.
 *
 * The function gets the protected header before anything is verified. The card's sender chose its `jku`: fetch from
 * there only if it is on a list of your own.
 */
export type AgentCardKeys =
  | PublicKey
  | KeySet
  | ((header: SignatureHeader) => PublicKey | KeySet | undefined | Promise<PublicKey | KeySet | undefined>);

const what = 'a public key (JWK or CryptoKey), a set of them, or a function';

/** @throws TypeError if these can be no keys, or are secret ones */
export function checkKeys(keys: unknown): void {
  if (typeof keys === 'function') return;
  demand(!Array.isArray(keys), 'keys', `${what}; a list of keys goes into { keys: […] }`, keys);
  demand(!(keys instanceof Promise), 'keys', `${what}: await it`, keys);
  demand(!isPrivate(keys), 'keys', `${what}, not a private or symmetric one`, keys);
  demand(isSet(keys) || isPublic(keys), 'keys', what, keys);
}

/**
 * Those that may have made a signature, as far as its header says.
 *
 * @throws {Refusal} if there is none, or the function has failed
 */
export async function keysFor(keys: AgentCardKeys, header: SignatureHeader): Promise<PublicKey[]> {
  const given = typeof keys === 'function' ? await ask(keys, header) : keys;
  const all: readonly PublicKey[] = given === undefined ? [] : isSet(given) ? given.keys : [given];
  const fitting = all.filter(key => isPublic(key) && fits(key, header));
  // By the name that the signature has for its algorithm.
  if (fitting.length > 0) return fitting.map(key => (isJwk(key) ? { ...key, alg: header.alg } : key));
  const which = header.kid === undefined ? '' : ` and "kid" ${show(header.kid)}`;
  throw new Refusal('unknown-key', `no key is known for its algorithm ${header.alg}${which}`);
}

async function ask(
  find: Extract<AgentCardKeys, (header: SignatureHeader) => unknown>,
  header: SignatureHeader,
): Promise<PublicKey | KeySet | undefined> {
  try {
    // A copy: what is done to it changes nothing here.
    const found = await find({ ...header });
    if (found !== undefined) checkKeys(found);
    return found;
  } catch (cause) {
    throw new Refusal('unknown-key', 'the function "keys" found no key for it, and failed', cause);
  }
}

function fits(key: PublicKey, { alg, kid }: SignatureHeader): boolean {
  // Verification itself tells whether a CryptoKey is for the algorithm.
  if (!isJwk(key)) return true;
  const { kty, crv } = keyKindOf(alg) ?? {};
  return (
    key.kty === kty &&
    (crv === undefined || key['crv'] === crv) &&
    (key.alg === undefined || olderName(key.alg) === olderName(alg)) &&
    (key.use === undefined || key.use === 'sig') &&
    (key.key_ops === undefined || (Array.isArray(key.key_ops) && key.key_ops.includes('verify'))) &&
    (key.kid === undefined || kid === undefined || key.kid === kid)
  );
}

/** EdDSA has got a name for each of its curves; only one of them is used here. */
function olderName(alg: string): string {
  return alg === 'Ed25519' ? 'EdDSA' : alg;
}

function isSet(value: unknown): value is KeySet {
  return isObject(value) && Array.isArray(value['keys']);
}

/** Symmetric and private keys are none: with them whoever verifies could sign. */
function isPrivate(value: unknown): boolean {
  if (isJwk(value)) return value.kty === 'oct' || value['d'] !== undefined;
  return isObject(value) && (value['type'] === 'private' || value['type'] === 'secret');
}

function isPublic(value: unknown): boolean {
  if (isJwk(value)) return !isPrivate(value);
  return isObject(value) && value['type'] === 'public' && isObject(value['algorithm']);
}

function isJwk(value: unknown): value is JWK & Record<string, unknown> {
  return isObject(value) && typeof value['kty'] === 'string';
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
