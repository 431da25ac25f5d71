import { pathOf, restPath } from './bindings.js';
import { cardResponse } from './card-response.js';
import type { Desk } from './desk.js';
import { answerRpc } from './json-rpc.js';
import { Listing } from './listing/listing.js';
import type { Settings } from './options.js';
import { logRequest, type ReceivedRequest } from './request-log.js';
import { answerRest } from './rest.js';
import { findRoute, type Routed } from './routes.js';
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
  const { bindings } = settings;
  const rpcPath = bindings.includes('JSONRPC') ? writer.endpointPath : undefined;
  const rest = bindings.includes('HTTP+JSON') ? writer.rest : undefined;
  const listing = new Listing(desk.store, settings.store);
  const since = Date.now();
  let streams = 0;

  /** Which operation a path of the HTTP+JSON binding means, or why none; nothing for any other path. */
  const routed = (verb: string, path: string): Routed | 404 | 405 | undefined =>
    rest && path.startsWith(`${restPath}/`)
      ? findRoute(rest.routes, verb, path.slice(restPath.length))
      : undefined;

  return async request => {
    const text = await request.text();
    const url = new URL(request.url);
    const path = url.pathname.startsWith(prefix) ? url.pathname.slice(prefix.length) || '/' : undefined;
    const route = path === undefined ? undefined : routed(request.method, path);
    logRequest(log, request, text, typeof route === 'object' ? route.rpcMethod : undefined);
    if (desk.closed) throw new TypeError('The reference server is closed.');
    if (path === undefined) return writer.httpError(404);
    if (typeof route === 'number') return writer.httpError(route);
    const call: Call = {
      // The card names the place where the server was reached, so that it can listen anywhere.
      interfaces: bindings.map(binding => ({
        binding,
        url: url.origin + prefix + pathOf(binding, writer.endpointPath),
      })),
      extendedCard: settings.extendedCard,
      bearerAuth: settings.auth !== undefined,
      pushNotifications: settings.push.methods !== 'none',
      strict: settings.strict,
      restStatuses: settings.restStatuses,
      desk,
      listing,
      blocks: asked => (settings.blocking === 'honour' ? asked : settings.blocking === 'always'),
      fateOf(rpcMethod) {
        const opening = { nth: ++streams, rpcMethod };
        return {
          cut: settings.cutStream(opening),
          mishapOf: event => settings.streamMishap({ ...opening, ...event }),
          streams: desk.streams,
        };
      },
    };
    if (!route && path !== rpcPath) {
      return readDocument(request, path, settings, writer, call, since);
    }
    if (!route && request.method !== 'POST') return writer.httpError(405);
    if (!isAuthorized(request.headers, settings)) return writer.httpError(401);
    if (route && rest) return answerRest(route, request, text, writer, rest, call);
    return answerRpc(text, request.headers, writer, call);
  };
}

function readDocument(
  request: Request,
  path: string,
  settings: Settings,
  writer: Writer,
  call: Call,
  since: number,
): Response {
  const isCard = writer.cardPaths.includes(path);
  const write = writer.documents.get(path);
  if (!isCard && !write) return writer.httpError(404);
  if (request.method !== 'GET') return writer.httpError(405);
  const card = writer.card(call);
  if (write) return Response.json(write(card));
  const told = settings.card ? settings.card(card) : card;
  if (told === undefined) return writer.httpError(404);
  return cardResponse(told, request, { maxAge: settings.cardMaxAge, since });
}

function isAuthorized(headers: Headers, { auth }: Settings): boolean {
  if (!auth) return true;
  const token = typeof auth.bearer === 'function' ? auth.bearer() : auth.bearer;
  const [scheme, given] = (headers.get('authorization') ?? '').split(' ');
  return scheme?.toLowerCase() === 'bearer' && given === token;
}
