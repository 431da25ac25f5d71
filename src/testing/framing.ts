import type { KeepAlive } from './keep-alive.js';

/** How a kind of server puts its answers on HTTP. */
export interface Framing {
  /** The content type of a JSON document; HTTP+JSON has its own. */
  json: string;
  /** Further headers of a JSON document, by its text. */
  tag?(text: string): Record<string, string>;
  /** The headers of a stream. */
  stream: Record<string, string>;
  /** What ends the lines of a stream. */
  lineEnd: '\n' | '\r\n';
  /** Comments between the events of a stream. @default none */
  keepAlive?: KeepAlive;
}

export const usualFraming: Framing = {
  json: 'application/json',
  stream: {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-cache',
    'x-accel-buffering': 'no',
  },
  lineEnd: '\n',
};

/** Whether the answer is server-sent events. */
export function isStream({ headers }: Response): boolean {
  return headers.get('content-type')?.startsWith('text/event-stream') ?? false;
}

/** Whether the body may break off, or come slowly: such a one has told its length before. */
export function comesInPieces(response: Response): boolean {
  return isStream(response) || response.headers.has('content-length');
}

/** A JSON document, as this kind of server sends it. */
export function jsonResponse(
  body: unknown,
  { json, tag }: Framing,
  { status = 200, type = json, headers = {} }: { status?: number; type?: string; headers?: HeadersInit } = {},
): Response {
  const text = JSON.stringify(body);
  const all = new Headers({ 'content-type': type, ...tag?.(text) });
  for (const [name, value] of new Headers(headers)) all.set(name, value);
  return new Response(text, { status, headers: all });
}
