import { pathOf, restPath } from './bindings.js';
import { SignedCards } from './card-signature.js';
import type { Desk } from './desk.js';
import { readDocument } from './document.js';
import { faultyAnswer } from './faulty-answer.js';
import { answerRpc } from './json-rpc.js';
import { Listing } from './listing/listing.js';
import type { Settings } from './options.js';
import type { RequestFault } from './request-fault.js';
import { logRequest, type ReceivedRequest } from './request-log.js';
import { type Asked, answerRest } from './rest.js';
import { allowedAt, findRoute, type Routed } from './routes.js';
import { factsOf, isAuthorized } from './server-auth.js';
import type { Call, RestWriter, Writer } from './writers/writer.js';

/** An operation, and the version that has it. */
type RoutedTo = Routed & { rest: RestWriter };

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
  const listing = new Listing(desk.store, () => settings.store);
  const since = settings.clock();
  const signedCards = new SignedCards();
  const operations = new Map<string, number>();
  let streams = 0;

  /** Which operation a path of the HTTP+JSON binding means, or why none; nothing for any other path. */
  const routed = (verb: string, path: string): RoutedTo | 404 | 405 | undefined => {
    if (!rest || !path.startsWith(`${restPath}/`)) return undefined;
    const below = path.slice(restPath.length);
    const found = findRoute(rest.routes, verb, below);
    if (typeof found === 'object') return { ...found, rest };
    const { beside } = rest;
    const other = beside ? findRoute(beside.routes, verb, below) : 404;
    return typeof other === 'object' && beside ? { ...other, rest: beside } : found;
  };

  return async request => {
    const text = await request.text();
    const url = new URL(request.url);
    const path = url.pathname.startsWith(prefix) ? url.pathname.slice(prefix.length) || '/' : undefined;
    const route = path === undefined ? undefined : routed(request.method, path);
    const received = logRequest(log, request, text, typeof route === 'object' ? route.rpcMethod : undefined);
    desk.demandOpen();
    const operation = received.operation ?? received.rpcMethod ?? url.pathname;
    const nth = (operations.get(operation) ?? 0) + 1;
    operations.set(operation, nth);
    let fault: RequestFault | undefined;
    try {
      fault = settings.fault({ ...received, nth });
    } catch (error) {
      // As an answer, and not as a lost connection, for which a client would look elsewhere.
      return new Response(`The option fault failed: ${wordsOf(error)}`, { status: 500 });
    }
    // Whoever was asked may have closed it, or reset it.
    desk.demandOpen();
    const answering = async () => {
      const answered = await answer(request, text, url, path, route);
      const response = withExtensions(answered, request.headers, settings);
      return request.method === 'HEAD' ? new Response(null, response) : response;
    };
    if (!fault) return answering();
    received.fault = fault;
    return faultyAnswer(fault, answering, desk.streams, request.signal);
  };

  /** As a server does that nothing goes wrong with. */
  async function answer(
    request: Request,
    text: string,
    url: URL,
    path: string | undefined,
    route: ReturnType<typeof routed>,
  ): Promise<Response> {
    const refuse = (status: 401 | 404 | 405, allowed: readonly string[] = []) =>
      writer.httpError(status, { verb: request.method, path: url.pathname, allowed });
    if (path === undefined) return refuse(404);
    if (typeof route === 'number') {
      return refuse(route, allowedAt(rest?.routes ?? [], path.slice(restPath.length)));
    }
    const call: Call = {
      // The card names the place where the server was reached, so that it can listen anywhere.
      interfaces: bindings.map(binding => ({
        binding,
        url: url.origin + prefix + pathOf(binding, writer.endpointPath),
      })),
      extendedCard: settings.extendedCard !== false,
      extendedCardConfigured: settings.extendedCard !== 'not-configured',
      auth: factsOf(settings.auth),
      streaming: settings.streaming,
      extensions: settings.extensions,
      tenant: settings.tenant,
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
      return readDocument(request, path, settings, writer, call, { since, signedCards }) ?? refuse(404);
    }
    if (!route && request.method !== 'POST') return refuse(405, ['POST']);
    if (!isAuthorized(request.headers, settings.auth)) return refuse(401);
    const asked = writer.versionInQuery ? withVersion(request) : request;
    if (route) return answerRest(route, asked, text, writer, route.rest, call);
    return answerRpc(text, asked.headers, writer, call);
  }
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** With the version in a header, where the query has it: A2A specification 1.0, section 3.6.1. */
function withVersion(request: Request): Asked {
  const { method } = request;
  const url = new URL(request.url);
  const version = url.searchParams.get('A2A-Version');
  if (version === null) return request;
  url.searchParams.delete('A2A-Version');
  const headers = new Headers(request.headers);
  if (!headers.has('a2a-version')) headers.set('a2a-version', version);
  return { method, headers, url: url.href };
}

/** Tells which extensions are active: A2A specification 1.0, section 3.2.6. */
function withExtensions(response: Response, asked: Headers, { extensions }: Settings): Response {
  // 0.3 had the second name.
  for (const name of ['a2a-extensions', 'x-a2a-extensions']) {
    const uris = (asked.get(name) ?? '').split(',').map(uri => uri.trim());
    const active = extensions.map(({ uri }) => uri).filter(uri => uris.includes(uri));
    if (active.length > 0) response.headers.set(name, active.join(', '));
  }
  return response;
}
