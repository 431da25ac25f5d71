import { cardResponse } from './card-response.js';
import type { SignedCards } from './card-signature.js';
import { isJson } from './fields.js';
import { jsonResponse } from './framing.js';
import type { Settings } from './options.js';
import type { Call, Writer } from './writers/writer.js';

/** The card, or another document; nothing, where there is none at this path. */
export function readDocument(
  request: Request,
  path: string,
  settings: Settings,
  writer: Writer,
  call: Call,
  { since, signedCards }: { since: number; signedCards: SignedCards },
): Response | Promise<Response> | undefined {
  const { framing, caching = 'usual' } = writer;
  const write = writer.documents.get(path);
  if (!writer.cardPaths.includes(path) && !write) return undefined;
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    const { pathname } = new URL(request.url);
    return writer.httpError(405, { verb: request.method, path: pathname, allowed: ['GET'] });
  }
  const card = writer.card(call, request.headers);
  if (write) return jsonResponse(write(card), framing);
  const told = settings.card ? settings.card(card) : card;
  if (told === undefined) return undefined;
  const options = { framing, caching, maxAge: settings.cardMaxAge, since };
  const { signCard } = settings;
  if (!signCard || !isJson(told)) return cardResponse(told, request, options);
  return signedCards.sign(told, signCard).then(signed => cardResponse(signed, request, options));
}
