import { expect } from 'vitest';
import { type Capture, callIn, isStream } from './capture.js';
import { type Sent, seenParams } from './request.js';

/** One exchange: the request that is expected, and what answers it. */
export interface Step {
  request: Sent;
  /** A capture's answer, a status without more, or the connection failing before there is any. */
  answer: Capture | number | 'connection fails';
}

/** Stands in for the network: plays recorded answers, in order, to a client's requests. */
export interface Replay {
  fetch: typeof fetch;
  /** Fails the test unless exactly the expected requests were made, in order. */
  check(): void;
}

export function replay(script: readonly Step[]): Replay {
  const sent: Sent[] = [];
  const fetch = async (input: RequestInfo | URL, init: RequestInit = {}): Promise<Response> => {
    const body = typeof init.body === 'string' ? JSON.parse(init.body) : undefined;
    const step = script[sent.length];
    sent.push(describe(String(input), init, body));
    // Not played on: whatever the client makes of this, `check` fails.
    if (!step) return new Response('more requests than expected', { status: 500 });
    if (step.answer === 'connection fails') throw new TypeError('Failed to fetch');
    if (typeof step.answer === 'number') return new Response('', { status: step.answer });
    return responseOf(step.answer, body?.id);
  };
  return { fetch, check: () => expect(sent).toStrictEqual(script.map(step => step.request)) };
}

function describe(
  url: string,
  init: RequestInit,
  body?: { jsonrpc: unknown; id: unknown; method: unknown; params: unknown },
): Sent {
  const headers = new Headers(init.headers);
  const shared = {
    http: (init.method ?? 'GET') as 'GET',
    url,
    version: headers.get('a2a-version'),
    contentType: headers.get('content-type'),
  };
  if (!body) return shared;
  const { jsonrpc, id, method, params, ...more } = body;
  expect(id, 'the id of a call').toMatch(/./);
  expect(more, 'members of a call that JSON-RPC does not know').toEqual({});
  return { ...shared, rpc: { jsonrpc, method, params: seenParams(method, params) } };
}

/** A recorded answer, for a call with another id. A body that broke off breaks off again. */
export function responseOf(capture: Capture, id: unknown): Response {
  const { status, headers: recorded, body = '', bodyError } = capture.response;
  const headers = new Headers(recorded);
  // Another id has another length.
  headers.delete('content-length');
  const bytes = new TextEncoder().encode(withId(capture, body, id));
  let told = false;
  const stream = new ReadableStream<Uint8Array>({
    pull(controller) {
      if (!told && bytes.length > 0) {
        told = true;
        controller.enqueue(bytes);
      } else if (bodyError !== undefined) {
        controller.error(new TypeError('terminated', { cause: new Error(bodyError) }));
      } else {
        controller.close();
      }
    },
  });
  // A status that says there is nothing may have no body at all.
  return new Response(status === 204 ? null : stream, { status, headers });
}

/**
 * Where the server repeated the id it was sent, it repeats ours, in each event of a stream. A null or missing one stays
 * as it is.
 */
function withId(capture: Capture, body: string, id: unknown): string {
  const asked = callIn(capture)?.id;
  if (asked === undefined || id === undefined) return body;
  const replaced = (text: string) => {
    const envelope = JSON.parse(text);
    return envelope.id === asked ? JSON.stringify({ ...envelope, id }) : text;
  };
  if (isStream(capture)) return body.replace(/(?<=^data: ?)\{.*\}(?=\r?$)/gm, replaced);
  return body.startsWith('{') ? replaced(body) : body;
}
