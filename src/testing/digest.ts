/**
 * FNV-1a of 32 bits, for entity tags. Not `crypto.subtle`: its promise takes real time, which a test with faked timers
 * does not give.
 */
export function digest(text: string): string {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) hash = Math.imul(hash ^ byte, 0x01000193);
  return (hash >>> 0).toString(16).padStart(8, '0');
}
