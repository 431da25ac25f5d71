import { toRpcError } from '../dialects/errors.js';
import { record } from '../dialects/read.js';
import { RpcError } from '../errors/rpc.js';
import { now } from '../time/clock.js';
import type { OpenSteps } from '../time/open-steps.js';
import { onAbort, within } from '../time/within.js';
import { type Frame, frameParser } from '../transport/event-stream.js';
import { parseJson } from '../transport/json.js';
import { readRpcAnswer } from '../transport/json-rpc.js';
import { networkErrorOf } from '../transport/network.js';
import type { Settings } from './options.js';

/** The results of a stream as they came; several at once where several came in one piece. Ends where the stream does. */
export type Results = AsyncGenerator<unknown[], void, undefined>;

/** Where a stream was wanted and a mere answer came. */
export async function* single(result: unknown): Results {
  yield [result];
}

/** How long a stream may be silent before it counts as accepted, ms. */
const silence = 1_000;

/**
 * The same, when the first of it is there, or it has been silent for a while.
 *
 * @throws {RpcError} if that is a refusal
 */
export async function begun(
  results: Results,
  signal: AbortSignal | undefined,
  open: OpenSteps,
): Promise<Results> {
  const first = results.next();
  const refused = first.catch(error => {
    if (error instanceof RpcError) throw error;
  });
  await within(silence, signal, () => refused, open);
  return (async function* (): Results {
    const { done, value } = await first;
    if (done) return;
    yield value;
    yield* results;
  })();
}

/** Which request a stream answers. */
interface Asked {
  method: string;
  /** The JSON-RPC id. */
  id: string;
  /** For messages. */
  where: string;
  /** Hides the request's credentials. */
  redact: (text: string) => string;
  /** What the decoder reads. */
  plain: (value: unknown) => unknown;
}

/** Reads a stream to its end, or until nobody wants more. Closes the connection in either case. */
export async function* resultsOf(
  stream: ReadableStream<Uint8Array>,
  asked: Asked,
  { depth, eventBytes, http }: Settings,
  signal: AbortSignal | undefined,
): Results {
  const begun = now();
  const reader = stream.getReader();
  // Also while nobody asks for more.
  const leave = () => {
    reader.cancel().catch(() => {});
  };
  const deafen = signal && onAbort(signal, leave);
  http.open.add(leave);
  const decoder = new TextDecoder();
  const parser = frameParser(eventBytes, asked.where);
  try {
    for (;;) {
      const read = () =>
        reader.read().catch(error => {
          throw networkErrorOf(error, asked.where, now() - begun);
        });
      const { done, value } = (await within(Infinity, signal, read, http.open)) as Awaited<
        ReturnType<typeof read>
      >;
      const frames = done ? parser.end() : parser.feed(decoder.decode(value, { stream: true }));
      const results: unknown[] = [];
      try {
        for (const frame of frames) {
          // Only PraisonAI says so; others just end.
          if (frame.event === 'done') return;
          if (!isKeepAlive(frame)) results.push(asked.plain(resultIn(frame, asked, depth)));
        }
      } catch (error) {
        // What was cut off in the middle is not garbled.
        if (!done || !isCutOff(frames)) throw error;
      } finally {
        // What came whole before something garbled, or too large, is told before that.
        if (results.length > 0) yield results;
        parser.feed('');
      }
      if (done) return;
    }
  } finally {
    deafen?.();
    http.open.delete(leave);
    leave();
  }
}

/** Whether an event says nothing but that the connection lives. */
function isKeepAlive({ event = '', data }: Frame): boolean {
  // A pattern must not get as much as a server likes to say.
  const isEmpty = data.length < 20 && /^\s*(null|\{\s*\})?\s*$/.test(data);
  return isEmpty || /^(ping|heartbeat|keep-?alive)$/i.test(event);
}

/** Whether the last event is only the beginning of one. */
function isCutOff(frames: readonly Frame[]): boolean {
  try {
    JSON.parse(frames.at(-1)?.data ?? '');
    return false;
  } catch {
    return true;
  }
}

/** What one event holds: the result of a JSON-RPC answer, or the bare event. @throws {RpcError} for an error */
function resultIn({ event, data }: Frame, { method, id, where, redact }: Asked, depth: number): unknown {
  const value = event === 'error' && !/^\s*[{["]/.test(data) ? data : parseJson(data, depth, where);
  const wire = record(value) ?? {};
  const isBare = !('jsonrpc' in wire || 'result' in wire);
  if (isBare && !wire['error'] && event !== 'error' && typeof wire['code'] !== 'number') return value;
  // An `event: error` without an envelope is the error itself, or its words.
  const isMere = isBare && !('error' in wire);
  const { result, error } = readRpcAnswer(isMere ? { error: value ?? 'no message' } : value, id, where);
  if (error) throw toRpcError(method, error, redact);
  return result;
}
