/**
 * A random id nobody can guess: a UUID (version 4), or as many random bits in other letters on pages without https,
 * which do not have `crypto.randomUUID`.
 *
 * Source: RFC 9562, section 5.4.
 */
export function randomId(): string {
  return crypto.randomUUID?.() ?? crypto.getRandomValues(new Uint32Array(4)).join('-');
}
