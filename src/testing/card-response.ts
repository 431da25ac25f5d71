/** How the card may be kept. */
export interface CardCaching {
  /** In seconds. */
  maxAge: number;
  /** ms since 1970. */
  since: number;
}

/** The card, or 304 to whoever has it already: A2A specification 1.0, section 8.6.1. */
export function cardResponse(card: unknown, request: Request, { maxAge, since }: CardCaching): Response {
  const text = JSON.stringify(card);
  const etag = `"${digest(text)}"`;
  const headers = {
    'content-type': 'application/json',
    'cache-control': `max-age=${maxAge}`,
    etag,
    'last-modified': new Date(since).toUTCString(),
  };
  const known = request.headers.get('if-none-match')?.split(/,\s*/) ?? [];
  // A weak one says the same of a GET: RFC 9110, section 13.1.2.
  const isKnown = known.some(tag => tag === '*' || tag.replace(/^W\//, '') === etag);
  return isKnown ? new Response(null, { status: 304, headers }) : new Response(text, { headers });
}

/** FNV-1a of 32 bits. Not `crypto.subtle`: its promise takes real time, which a test with faked timers does not give. */
function digest(text: string): string {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) hash = Math.imul(hash ^ byte, 0x01000193);
  return (hash >>> 0).toString(16).padStart(8, '0');
}
