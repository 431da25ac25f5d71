import { isJson, type Json } from './fields.js';

/** Signs cards with ECDSA on P-256, as ES256. */
export interface CardSigner {
  /** Of `crypto.subtle`, for ECDSA on P-256. */
  privateKey: CryptoKey;
  /** Names the key to whoever verifies. */
  kid: string;
}

/**
 * The card with a JWS over its canonical form, RFC 8785, without the signatures it may have.
 *
 * Source: A2A specification 1.0, section 8.4.
 */
export async function signedCard(card: Json, { privateKey, kid }: CardSigner): Promise<Json> {
  const { signatures = [], ...signed } = card;
  const header = encode(JSON.stringify({ alg: 'ES256', typ: 'JOSE', kid }));
  const bytes = new TextEncoder().encode(`${header}.${encode(canonical(signed))}`);
  const signature = await crypto.subtle.sign({ name: 'ECDSA', hash: 'SHA-256' }, privateKey, bytes);
  const made = { protected: header, signature: base64Url(new Uint8Array(signature)) };
  return { ...signed, signatures: [...(Array.isArray(signatures) ? signatures : []), made] };
}

/** Members in the order of their names, as UTF-16 sorts them; the rest is how ECMAScript writes JSON already. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (!isJson(value)) return JSON.stringify(value ?? null);
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  const sorted = members.sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${sorted.map(([name, member]) => `${JSON.stringify(name)}:${canonical(member)}`).join(',')}}`;
}

function encode(text: string): string {
  return base64Url(new TextEncoder().encode(text));
}

function base64Url(bytes: Uint8Array): string {
  const text = btoa(Array.from(bytes, byte => String.fromCharCode(byte)).join(''));
  return text.replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
}
