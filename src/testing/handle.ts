import type { Desk } from './desk.js';
import { answerRpc } from './json-rpc.js';
import type { Settings } from './options.js';
import { logRequest, type ReceivedRequest } from './request-log.js';
import type { Call, Writer } from './writers/writer.js';

/** Answers HTTP requests, whatever brought them. Rejects once the server is closed, as a dead one would. */
export function createHandler(
  settings: Settings,
  writer: Writer,
  desk: Desk,
  log: ReceivedRequest[],
): (request: Request) => Promise<Response> {
  const { pathname } = new URL(settings.url);
  const prefix = pathname === '/' ? '' : pathname;
  let streams = 0;

  return async request => {
    const text = await request.text();
    logRequest(log, request, text);
    if (desk.closed) throw new TypeError('The reference server is closed.');
    const url = new URL(request.url);
    if (!url.pathname.startsWith(prefix)) return writer.httpError(404);
    const path = url.pathname.slice(prefix.length) || '/';
    const call: Call = {
      // The card names the place where the server was reached, so that it can listen anywhere.
      base: url.origin + prefix,
      extendedCard: settings.extendedCard,
      bearerAuth: settings.auth !== undefined,
      strict: settings.strict,
      desk,
      blocks: asked => (settings.blocking === 'honour' ? asked : settings.blocking === 'always'),
      cutOf: rpcMethod => settings.cutStream({ nth: ++streams, rpcMethod }),
    };
    if (path !== writer.endpointPath) return readDocument(request.method, path, settings, writer, call);
    if (request.method !== 'POST') return writer.httpError(405);
    if (!isAuthorized(request.headers, settings)) return writer.httpError(401);
    return answerRpc(text, request.headers, writer, call);
  };
}

function readDocument(
  method: string,
  path: string,
  settings: Settings,
  writer: Writer,
  call: Call,
): Response {
  const isCard = writer.cardPaths.includes(path);
  const write = writer.documents.get(path);
  if (!isCard && !write) return writer.httpError(404);
  if (method !== 'GET') return writer.httpError(405);
  const card = writer.card(call);
  if (write) return Response.json(write(card));
  const told = settings.card ? settings.card(card) : card;
  return told === undefined ? writer.httpError(404) : Response.json(told);
}

function isAuthorized(headers: Headers, { auth }: Settings): boolean {
  if (!auth) return true;
  const token = typeof auth.bearer === 'function' ? auth.bearer() : auth.bearer;
  const [scheme, given] = (headers.get('authorization') ?? '').split(' ');
  return scheme?.toLowerCase() === 'bearer' && given === token;
}
