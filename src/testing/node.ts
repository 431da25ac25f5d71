/**
 * Puts the reference server on a socket.
 *
 * @module a2a-await/testing/node
 */

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { comesInPieces } from './framing.js';
import type { ReferenceServer } from './reference-server.js';

export interface ListenOptions {
  /** Whether pages of any origin may call it: preflights are answered, and the headers of answers exposed. @default false */
  cors?: boolean | undefined;
  /** 0 takes a free one. @default 0 */
  port?: number | undefined;
  /** @default '127.0.0.1' */
  host?: string | undefined;
}

/** A reference server on a real socket. */
export interface Listening extends AsyncDisposable {
  /** The base url, with the path of the server's own url. */
  readonly url: string;
  readonly port: number;
  /** Stops listening and ends every connection, kept-alive ones too. Does not close the reference server. */
  close(): Promise<void>;
}

/**
 * Serves a reference server over `node:http`; its card then names the place where it was reached.
 *
 * @throws the error of `node:http`, e.g. where the port is taken (rejects)
 * @throws TypeError if the host is empty (rejects)
 * @example
 * await using listening = await listen(createReferenceServer());
 * const client = new A2AClient(listening.url);
 */
export async function listen(
  server: ReferenceServer,
  { port = 0, host = '127.0.0.1', cors = false }: ListenOptions = {},
): Promise<Listening> {
  // To node:http that is every address there is.
  if (host === '') throw new TypeError('host must not be empty.');
  const sockets = createServer((incoming, outgoing) => {
    // A closed reference server, and a request that cannot be read, look like a crash.
    serve(server, incoming, outgoing, cors).catch(() => incoming.socket.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    sockets.once('error', reject);
    sockets.listen(port, host, () => {
      sockets.off('error', reject);
      resolve();
    });
  });
  const address = sockets.address() as AddressInfo;
  const { pathname } = new URL(server.url);
  const name = host.includes(':') ? `[${host}]` : host;
  const close = () =>
    new Promise<void>(resolve => {
      // Closing twice is no error to anybody.
      sockets.close(() => resolve());
      sockets.closeAllConnections();
    });
  return {
    url: `http://${name}:${address.port}${pathname === '/' ? '' : pathname}`,
    port: address.port,
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** What a page of another origin may see of an answer. */
const anyOrigin = { 'access-control-allow-origin': '*', 'access-control-expose-headers': '*' };

/** What it may send. A `*` does not stand for `authorization`: Fetch standard, section 3.3.5. */
function preflight({ headers }: IncomingMessage): Record<string, string> {
  return {
    ...anyOrigin,
    'access-control-allow-methods': 'GET, POST, DELETE',
    'access-control-allow-headers': headers['access-control-request-headers'] ?? '*',
    'access-control-max-age': '600',
  };
}

async function serve(
  server: ReferenceServer,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  cors: boolean,
): Promise<void> {
  const left = new AbortController();
  outgoing.once('close', () => left.abort());
  const body = await readBody(incoming);
  const request = toRequest(incoming, body, left.signal);
  if (!request) return void outgoing.writeHead(400, { connection: 'close' }).end();
  if (cors && request.method === 'OPTIONS') return void outgoing.writeHead(204, preflight(incoming)).end();
  const response = await server.handle(request);
  const headers = { ...Object.fromEntries(response.headers), ...(cors && anyOrigin) };
  outgoing.writeHead(response.status, headers);
  if (response.body && comesInPieces(response)) return pump(response.body, outgoing);
  outgoing.end(Buffer.from(await response.arrayBuffer()));
}

/** Writes each chunk as it comes. A reader that goes away ends the stream; one that lags is waited for. */
async function pump(body: ReadableStream<Uint8Array>, outgoing: ServerResponse): Promise<void> {
  const reader = body.getReader();
  const leave = () => reader.cancel().catch(() => {});
  // It may have gone before there was an answer.
  if (outgoing.destroyed) return void leave();
  outgoing.once('close', leave);
  outgoing.flushHeaders();
  while (true) {
    const { done, value } = await reader.read();
    if (done) break;
    await new Promise<void>(resolve => {
      // An error means that the connection is gone: see above.
      outgoing.write(value, () => resolve());
    });
  }
  outgoing.end();
}

async function readBody(incoming: IncomingMessage): Promise<Buffer<ArrayBuffer>> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** Nothing, where no Request can hold it: for its host, or its method. */
function toRequest(
  incoming: IncomingMessage,
  body: Buffer<ArrayBuffer>,
  signal: AbortSignal,
): Request | undefined {
  const { method = 'GET', headers } = incoming;
  const received = new Headers();
  for (const [name, value] of Object.entries(headers)) received.set(name, String(value));
  // Some clients send one with a GET, where it says nothing.
  const hasBody = body.length > 0 && method !== 'GET' && method !== 'HEAD';
  try {
    return new Request(urlOf(incoming), { method, headers: received, signal, ...(hasBody && { body }) });
  } catch {
    return undefined;
  }
}

function urlOf({ headers, url = '/', socket }: IncomingMessage): string {
  // As a request to a proxy has it, and everybody has to take it: RFC 9112, section 3.2.2.
  if (/^https?:\/\//i.test(url)) return url;
  return `http://${headers.host ?? `${socket.localAddress}:${socket.localPort}`}${url}`;
}
