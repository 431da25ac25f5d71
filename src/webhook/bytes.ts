import { isBytes } from '../model/bytes.js';

const utf8 = new TextEncoder();
const hexOf = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

// Spelled `Uint8Array<ArrayBuffer>`, it would be an error before TypeScript 5.7.
export type Bytes = ReturnType<typeof Uint8Array.of>;

/** The bytes of what an application gives as a body or secret. */
export function toBytes(value: string | ArrayBuffer | Uint8Array): Bytes {
  if (typeof value === 'string') return utf8.encode(value);
  // A copy: Web Crypto does not take shared memory.
  return isBytes(value) ? Uint8Array.from(value) : new Uint8Array(value);
}

export function hex(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += hexOf[byte];
  return text;
}

export function base64(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes));
}

/** So many random bits, in hexadecimal digits. */
export function randomText(bits: number): string {
  return hex(crypto.getRandomValues(new Uint8Array(bits / 8)));
}

/** SHA-256, in hexadecimal digits. */
export async function digest(value: string | Uint8Array): Promise<string> {
  return hex(new Uint8Array(await crypto.subtle.digest('SHA-256', toBytes(value))));
}

/**
 * Whether two digests are the same, in a time that depends on their length alone. Digests, not secrets: theirs is always
 * the same.
 */
export function sameDigest(one: string, other: string): boolean {
  let difference = one.length ^ other.length;
  for (let at = 0; at < one.length; at += 1) difference |= one.charCodeAt(at) ^ other.charCodeAt(at);
  return difference === 0;
}
