import { isJson, type Json } from './fields.js';
import { isStream } from './framing.js';
import type { OpenStreams } from './open-streams.js';
import type { RequestFault } from './request-fault.js';
import { silence, sleep } from './sleep.js';

/**
 * Answers a request as the fault will have it; rejects where the connection is lost.
 *
 * @param left aborts when nobody waits for the answer any more
 */
export async function faultyAnswer(
  fault: RequestFault,
  answer: () => Promise<Response>,
  streams: OpenStreams,
  left: AbortSignal,
): Promise<Response> {
  if (fault === 'reset') throw lost();
  if (fault === 'hang') return never(streams, left);
  if (fault === 'html') return page();
  if (fault === 'garbage') return new Response('{"jsonrpc": "2.0", "result', json);
  if (typeof fault === 'object' && 'status' in fault) return status(fault);
  const response = await answer();
  if (fault === 'lose-answer') {
    await response.body?.cancel();
    throw lost();
  }
  if (fault === 'wrong-id')
    return isStream(response) ? inPieces(response, misnaming) : rewritten(response, misnamed);
  if ('latency' in fault) return later(response, fault.latency, streams, left);
  if ('regress' in fault) return rewritten(response, body => regressed(body, fault.regress));
  if ('truncate' in fault) return inPieces(response, truncating(fault.truncate));
  if ('drip' in fault) return inPieces(response, dripping(fault, streams));
  return inPieces(response, padding(fault.oversize), fault.oversize);
}

const json = { headers: { 'content-type': 'application/json' } };

function lost(): TypeError {
  return new TypeError('The reference server lost this connection.');
}

function page(): Response {
  const text = '<!doctype html>\n<title>Welcome</title>\n<h1>It works!</h1>\n';
  return new Response(text, { headers: { 'content-type': 'text/html; charset=utf-8' } });
}

function status(fault: Extract<RequestFault, { status: number }>): Response {
  const { retryAfter, body = '', headers = {} } = fault;
  const isEmpty = fault.status === 204 || fault.status === 205 || fault.status === 304;
  return new Response(isEmpty ? null : body, {
    status: fault.status,
    headers: { ...(retryAfter !== undefined && { 'retry-after': String(retryAfter) }), ...headers },
  });
}

/** Ends when nobody waits for it any more, or with the server. */
async function never(streams: OpenStreams, left: AbortSignal): Promise<never> {
  const end = following(left);
  await streams.wait(silence(end.signal), reason => end.abort(reason));
  throw lost();
}

async function later(
  response: Response,
  ms: number,
  streams: OpenStreams,
  left: AbortSignal,
): Promise<Response> {
  const end = following(left);
  try {
    await streams.wait(sleep(ms, end.signal), reason => end.abort(reason));
  } catch (error) {
    await response.body?.cancel();
    throw error;
  }
  return response;
}

function following(signal: AbortSignal): AbortController {
  const controller = new AbortController();
  signal.addEventListener('abort', () => controller.abort(signal.reason), { once: true });
  if (signal.aborted) controller.abort(signal.reason);
  return controller;
}

/** With a JSON body turned into another; any other answer is left as it is. */
async function rewritten(response: Response, turn: (body: unknown) => unknown): Promise<Response> {
  if (!response.body || !response.headers.get('content-type')?.includes('json')) return response;
  return withBody(response, JSON.stringify(turn(await response.json())));
}

/** As the answer to another request. */
function misnamed(body: unknown): unknown {
  return isJson(body) && 'jsonrpc' in body ? { ...body, id: 'other' } : body;
}

/** The same of an event. In JSON-RPC each is on one line, and comes in one piece, unless it is cut. */
const misnaming: Split = async function* (chunk) {
  const text = new TextDecoder().decode(chunk);
  const told = text.replace(/(?<=^data: )\{[^\r\n]*\}(?=\r?\n)/m, data =>
    JSON.stringify(misnamed(JSON.parse(data))),
  );
  yield new TextEncoder().encode(told);
};

/** Where there are no tasks, whatever it looks like. */
const foreign = new Set(['artifacts', 'history', 'metadata', 'params', 'parts']);

/** With every status of a task in that state, spelled as the answer spells its own. */
function regressed(value: unknown, state: 'submitted' | 'working'): unknown {
  if (Array.isArray(value)) return value.map(item => regressed(item, state));
  if (!isJson(value)) return value;
  const fields = Object.entries(value).map(([name, field]) => {
    if (foreign.has(name)) return [name, field];
    return [name, name === 'status' && isJson(field) ? earlier(field, state) : regressed(field, state)];
  });
  return Object.fromEntries(fields);
}

function earlier(status: Json, state: 'submitted' | 'working'): Json {
  if (typeof status.state !== 'string') return status;
  const { message: _, ...kept } = status;
  const isLoud = status.state.startsWith('TASK_STATE_');
  return { ...kept, state: isLoud ? `TASK_STATE_${state.toUpperCase()}` : state };
}

/** The pieces that a chunk of a body comes in; `left` aborts when nobody reads it any more. */
type Split = (chunk: Uint8Array, left: AbortController) => AsyncGenerator<Uint8Array>;

/** Breaks off after so many bytes. */
function truncating(bytes: number): Split {
  let rest = bytes;
  return async function* (chunk) {
    if (rest > 0) yield chunk.subarray(0, rest);
    rest -= chunk.length;
    if (rest < 0) throw lost();
  };
}

function dripping({ drip, every }: Extract<RequestFault, { drip: number }>, streams: OpenStreams): Split {
  return async function* (chunk, left) {
    for (let at = 0; at < chunk.length; at += drip) {
      await streams.wait(sleep(every, left.signal), reason => left.abort(reason));
      yield chunk.subarray(at, at + drip);
    }
  };
}

/** Ends of lines: white space to JSON, and nothing at all to server-sent events. */
const blank = new Uint8Array(64 * 1024).fill(0x0a);

/** They come first, a piece at a time: it need not be held. */
function padding(bytes: number): Split {
  let rest: number | undefined;
  return async function* (chunk) {
    rest ??= bytes - chunk.length;
    for (; rest > 0; rest -= blank.length) yield blank.subarray(0, rest);
    yield chunk;
  };
}

/** Each piece comes as soon as its reader wants it. Whatever is no stream tells its length before. */
async function inPieces(response: Response, split: Split, least = 0): Promise<Response> {
  if (!response.body) return response;
  if (isStream(response)) {
    return withBody(response, pieces(response.body.getReader(), split));
  }
  const whole = new Uint8Array(await response.arrayBuffer());
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      controller.enqueue(whole);
      controller.close();
    },
  });
  const told = withBody(response, pieces(body.getReader(), split));
  told.headers.set('content-length', String(Math.max(least, whole.length)));
  return told;
}

function pieces(reader: ReadableStreamDefaultReader<Uint8Array>, split: Split): ReadableStream<Uint8Array> {
  const left = new AbortController();
  async function* all(): AsyncGenerator<Uint8Array> {
    while (true) {
      const { done, value } = await reader.read();
      if (done) return;
      yield* split(value, left);
    }
  }
  const iterator = all();
  return new ReadableStream(
    {
      async pull(controller) {
        try {
          const { done, value } = await iterator.next();
          if (done) controller.close();
          else controller.enqueue(value);
        } catch (error) {
          await reader.cancel();
          throw error;
        }
      },
      async cancel(reason) {
        left.abort(reason);
        await reader.cancel(reason);
      },
    },
    { highWaterMark: 0 },
  );
}

function withBody(response: Response, body: ReadableStream<Uint8Array> | string): Response {
  return new Response(body, { status: response.status, headers: response.headers });
}
