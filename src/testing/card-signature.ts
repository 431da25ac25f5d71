import { demand } from './demand.js';
import { isJson, type Json } from './fields.js';

/** Signs cards with ECDSA on P-256, as ES256. */
export interface CardSigner {
  /** Of `crypto.subtle`, for ECDSA on P-256. */
  privateKey: CryptoKey;
  /** Names the key to whoever verifies. */
  kid: string;
}

/** Refuses what signs nothing, naming the option. */
export function checkSigner(signer: CardSigner | undefined): void {
  if (signer === undefined) return;
  demand('signCard.kid', signer?.kid ?? '', 'string');
  const { type, algorithm, usages = [] } = signer.privateKey ?? {};
  const { name, namedCurve } = (algorithm ?? {}) as EcKeyAlgorithm;
  if (type === 'private' && name === 'ECDSA' && namedCurve === 'P-256' && usages.includes('sign')) return;
  throw new TypeError('signCard.privateKey must be a private key of ECDSA on P-256 that may sign.');
}

/** How many signatures are kept. */
const most = 100;

/**
 * Adds to cards a JWS over their canonical form, RFC 8785, without the signatures they may have. The same card gets the
 * same one again, though each time it is signed there is another: else it would always be a new one to caches.
 *
 * Source: A2A specification 1.0, section 8.4.
 */
export class SignedCards {
  readonly #made = new Map<string, Promise<Json>>();

  async sign(card: Json, { privateKey, kid }: CardSigner): Promise<Json> {
    // As it will be served.
    const { signatures = [], ...signed } = JSON.parse(JSON.stringify(card)) as Json;
    const text = canonical(signed);
    const made = this.#made.get(text) ?? sign(text, privateKey, kid);
    this.#made.set(text, made);
    const [oldest] = this.#made.keys();
    if (this.#made.size > most && oldest !== undefined) this.#made.delete(oldest);
    return { ...signed, signatures: [...(Array.isArray(signatures) ? signatures : []), await made] };
  }
}

async function sign(text: string, privateKey: CryptoKey, kid: string): Promise<Json> {
  const header = encode(JSON.stringify({ alg: 'ES256', typ: 'JOSE', kid }));
  const bytes = new TextEncoder().encode(`${header}.${encode(text)}`);
  const signature = await crypto.subtle.sign({ name: 'ECDSA', hash: 'SHA-256' }, privateKey, bytes);
  return { protected: header, signature: base64Url(new Uint8Array(signature)) };
}

/** Members in the order of their names, as UTF-16 sorts them; the rest is how ECMAScript writes JSON already. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (!isJson(value)) return JSON.stringify(value);
  const sorted = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${sorted.map(([name, member]) => `${JSON.stringify(name)}:${canonical(member)}`).join(',')}}`;
}

function encode(text: string): string {
  return base64Url(new TextEncoder().encode(text));
}

function base64Url(bytes: Uint8Array): string {
  const text = btoa(Array.from(bytes, byte => String.fromCharCode(byte)).join(''));
  return text.replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
}
