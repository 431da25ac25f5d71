/**
 * The receiver behind `node:http`, Express and Fastify.
 *
 * @module a2a-await/webhook/node
 */

import type { IncomingMessage, ServerResponse } from 'node:http';
import { isBytes } from '../model/bytes.js';
import type { WebhookReceiver } from './receiver.js';
import type { HandleContext } from './reception.js';

/** What Express, and parsers of bodies, put on a request of Node's. */
export interface NodeRequest extends IncomingMessage {
  /** The path before a mount took its part away. */
  originalUrl?: string;
  /** The bytes as they came, where something kept them. */
  rawBody?: unknown;
  /** What a parser made of them. */
  body?: unknown;
}

/** Fastify's request and reply, as far as they are needed. */
export interface FastifyLikeRequest {
  raw: IncomingMessage;
  rawBody?: unknown;
  body?: unknown;
}
export interface FastifyLikeReply {
  raw: ServerResponse;
  hijack(): unknown;
}

/** For `node:http`, for Express and what is like it, and for Fastify. */
export interface NodeHandler {
  (request: NodeRequest, response: ServerResponse): void;
  (request: FastifyLikeRequest, reply: FastifyLikeReply): void;
}

/** How long a sender may go on sending what nobody will read, before its connection is cut off, ms. */
const patience = 1_000;

/**
 * A receiver as a handler of `node:http`, Express or Fastify.
 *
 * A signature is over the bytes as they came. So mount it before a parser of bodies, or let that keep them as `rawBody`;
 * where there is only what a parser made of them, a verifier of signatures answers 500. The other verifiers do not mind.
 *
 * Where WebSockets are served on the same port: Java's HTTP client asks to go on with HTTP/2 (`Upgrade: h2c`) on
 * connections without TLS, and Node then gives its requests to the listeners of `upgrade`, not to this handler.
 *
 * @example createServer(toNodeHandler(receiver)).listen(3000)
 * @example
 * // Express: before express.json(), or with express.json({ verify: (req, _, bytes) => { req.rawBody = bytes } })
 * app.use('/a2a', toNodeHandler(receiver));
 * @example
 * // Fastify: in a plugin of its own, so that the parser is for these routes alone
 * app.register(async scope => {
 *   scope.removeAllContentTypeParsers();
 *   scope.addContentTypeParser('*', { parseAs: 'buffer' }, (_, bytes, done) => done(null, bytes));
 *   scope.all('/a2a/*', toNodeHandler(receiver));
 * });
 */
export function toNodeHandler(receiver: Pick<WebhookReceiver, 'handle'>): NodeHandler {
  return (request: NodeRequest | FastifyLikeRequest, response: ServerResponse | FastifyLikeReply): void => {
    const incoming = 'raw' in request ? request.raw : request;
    const outgoing = 'raw' in response ? response.raw : response;
    if ('hijack' in response) response.hijack();
    answer(receiver, incoming, outgoing, request).catch(() => {
      if (outgoing.headersSent) incoming.socket?.destroy();
      else outgoing.writeHead(500).end();
    });
  };
}

async function answer(
  receiver: Pick<WebhookReceiver, 'handle'>,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  { body, rawBody }: { body?: unknown; rawBody?: unknown },
): Promise<void> {
  const given = bytesIn(rawBody) ?? bytesIn(body);
  const isParsed = given === undefined && body !== undefined && body !== null && incoming.readableEnded;
  const context: HandleContext = isParsed ? { body: 'rewritten' } : {};
  const content = isParsed ? JSON.stringify(body) : (given ?? streamOf(incoming));
  const response = await receiver.handle(toRequest(incoming, content), context);
  const text = await response.text();
  const headers: Record<string, string> = Object.fromEntries(response.headers);
  // Whoever still sends what nobody will read must not have the connection for the next request.
  const isUnread = !incoming.complete;
  if (isUnread && incoming.httpVersionMajor < 2) headers['connection'] = 'close';
  if (response.status !== 204) headers['content-length'] = String(Buffer.byteLength(text));
  outgoing.writeHead(response.status, headers);
  outgoing.end(text);
  if (isUnread) leave(incoming);
}

/** Reads on for a moment without keeping it, so that the sender gets to see the answer; then cuts it off. */
function leave(incoming: IncomingMessage): void {
  const timer = setTimeout(() => incoming.destroy(), patience);
  timer.unref();
  incoming.once('close', () => clearTimeout(timer));
  incoming.on('error', () => {});
  incoming.resume();
}

function bytesIn(value: unknown): Uint8Array<ArrayBuffer> | string | undefined {
  if (typeof value === 'string') return value;
  return isBytes(value) ? (value as Uint8Array<ArrayBuffer>) : undefined;
}

function toRequest(
  incoming: IncomingMessage,
  body: Uint8Array<ArrayBuffer> | string | ReadableStream<Uint8Array>,
): Request {
  const { originalUrl, url = '/' } = incoming as NodeRequest;
  const { method = 'GET' } = incoming;
  const hasBody = method !== 'GET' && method !== 'HEAD';
  // The host does not matter, and anybody may write what he wants there.
  return new Request(`http://localhost${pathOf(originalUrl ?? url)}`, {
    // Node's parser lets through what a Request does not take.
    method: /^(CONNECT|TRACE|TRACK)$/i.test(method) ? 'PUT' : method,
    headers: headersOf(incoming),
    ...(hasBody ? { body, duplex: 'half' } : {}),
  } as RequestInit);
}

/** Of the absolute form, too, which proxies are sent. */
function pathOf(url: string): string {
  if (url.startsWith('/')) return url;
  if (!URL.canParse(url)) return '/';
  const { pathname, search } = new URL(url);
  return pathname + search;
}

/** Each as it came: Node itself drops the second of some that must not be there twice. */
function headersOf({ rawHeaders }: IncomingMessage): Headers {
  const headers = new Headers();
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    const [name = '', value = ''] = [rawHeaders[at], rawHeaders[at + 1]];
    // HTTP/2 has some of its own.
    if (!name.startsWith(':')) headers.append(name, value);
  }
  return headers;
}

/** The body, read no faster than it is asked for. */
function streamOf(incoming: IncomingMessage): ReadableStream<Uint8Array> {
  let isOver = false;
  return new ReadableStream<Uint8Array>(
    {
      start(controller) {
        const end = (finish: () => void) => () => {
          if (!isOver) finish();
          isOver = true;
        };
        const fail = end(() => controller.error(new Error('The connection is gone.')));
        incoming.pause();
        incoming.on('data', (chunk: Uint8Array) => {
          if (isOver) return;
          controller.enqueue(chunk);
          if ((controller.desiredSize ?? 0) <= 0) incoming.pause();
        });
        incoming.once(
          'end',
          end(() => controller.close()),
        );
        incoming.once('error', fail);
        incoming.once('close', fail);
      },
      pull() {
        incoming.resume();
      },
      cancel() {
        isOver = true;
      },
    },
    // Nothing is read before somebody asks.
    { highWaterMark: 0 },
  );
}
