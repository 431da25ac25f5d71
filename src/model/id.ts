/**
 * A random UUID (version 4). Not `crypto.randomUUID`, which pages without https do not have.
 *
 * Source: RFC 9562, section 5.4.
 */
export function randomId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  let id = '';
  for (const [index, byte] of bytes.entries()) {
    const value = index === 6 ? (byte & 0x0f) | 0x40 : index === 8 ? (byte & 0x3f) | 0x80 : byte;
    if (index === 4 || index === 6 || index === 8 || index === 10) id += '-';
    id += value.toString(16).padStart(2, '0');
  }
  return id;
}
