import { digest } from './digest.js';
import type { Framing } from './framing.js';

/**
 * What a kind of server tells of how long its card may be kept: as the specification has it; the same to caches that
 * many share, by the tag that all its documents have; or nothing.
 */
export type CardCaching = 'usual' | 'public' | 'none';

export interface CardOptions {
  framing: Framing;
  caching: CardCaching;
  /** In seconds. Where it is asked for, it is told in any case. @default 3600 */
  maxAge: number | undefined;
  /** ms since 1970. */
  since: number;
}

/** The card, or 304 to whoever has it already: A2A specification 1.0, section 8.6.1. */
export function cardResponse(
  card: unknown,
  request: Request,
  { framing: { json, tag }, caching, maxAge, since }: CardOptions,
): Response {
  const text = JSON.stringify(card);
  const headers = new Headers({ 'content-type': json, ...tag?.(text) });
  if (caching !== 'none' || maxAge !== undefined) {
    headers.set('cache-control', `${caching === 'public' ? 'public, ' : ''}max-age=${maxAge ?? 3600}`);
  }
  if (caching === 'usual') {
    headers.set('etag', `"${digest(text)}"`);
    headers.set('last-modified', new Date(since).toUTCString());
  }
  const known = (request.headers.get('if-none-match') ?? '').split(',').map(other => other.trim());
  const etag = headers.get('etag');
  // A weak one says the same of a GET: RFC 9110, section 13.1.2.
  const isKnown = etag !== null && known.some(other => other === '*' || strong(other) === strong(etag));
  return isKnown ? new Response(null, { status: 304, headers }) : new Response(text, { headers });
}

function strong(tag: string): string {
  return tag.replace(/^W\//, '');
}
