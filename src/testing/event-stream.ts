import type { Framing } from './framing.js';
import { Beat } from './keep-alive.js';
import type { OpenStreams } from './open-streams.js';
import { Allowance, type StreamCut } from './stream-cut.js';
import { type MishapOf, Way } from './stream-mishap.js';
import type { StreamItem, TaskStream } from './task-stream.js';

/** One event of a stream, as server-sent events carry it. */
export interface Frame {
  event?: string;
  data: unknown;
  /** Whether the data takes several lines. */
  indented?: boolean;
}

/** What goes wrong with a stream, and which streams it is one of. */
export interface StreamFate {
  cut: StreamCut | undefined;
  mishapOf: MishapOf;
  streams: OpenStreams;
}

/**
 * Answers with server-sent events: each a chunk of its own, as soon as it happens and the reader wants it. Where `write`
 * throws, the stream breaks off; where `fateOf` does, there is none.
 */
export function streamResponse(
  { first, updates }: TaskStream,
  write: (item: StreamItem) => Frame | undefined,
  fateOf: () => StreamFate,
  framing: Framing,
): Response {
  const { cut, mishapOf, streams } = fateOrLeave(fateOf, updates);
  const items = read(first, updates.getReader());
  const allowance = new Allowance(cut);
  const way = new Way(mishapOf, streams);
  const arrived: Uint8Array[] = [];
  const { keepAlive } = framing;
  const beat = keepAlive && new Beat(keepAlive);
  let coming: Promise<Uint8Array | undefined> | undefined;
  let ended = false;

  const fallSilent = () => {
    beat?.end();
    return items.leave();
  };

  const sent = async (item: StreamItem): Promise<Uint8Array[]> => {
    const frame = write(item);
    return frame ? way.take(item, encode(frame, framing), fallSilent) : [];
  };

  /** The next event that arrives, skipping what this dialect does not tell. */
  const next = async (): Promise<Uint8Array | undefined> => {
    while (!ended && arrived.length === 0) {
      const item = await items.next();
      ended = item.kind === 'end';
      arrived.push(...(await orLeave(() => sent(item), items.leave)));
      if (ended) arrived.push(...way.rest());
    }
    return arrived.shift();
  };

  /** The same, or a comment that comes before. */
  const nextOrComment = async (): Promise<{ event: Uint8Array | undefined } | { comment: string }> => {
    coming ??= next();
    const event = await (beat ? beat.before(coming) : coming);
    if (event === 'beat') return { comment: keepAlive?.comment() ?? '' };
    coming = undefined;
    if (!event) beat?.end();
    return { event };
  };

  const body = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        if (allowance.isSpent) {
          beat?.end();
          await items.leave();
          throw new TypeError('The reference server cut this stream.');
        }
        try {
          const next = await nextOrComment();
          if ('comment' in next) controller.enqueue(encodeLines([`: ${next.comment}`], framing));
          else if (next.event) controller.enqueue(allowance.take(next.event));
          else controller.close();
        } catch (error) {
          beat?.end();
          throw error;
        }
      },
      cancel() {
        beat?.end();
        way.leave();
        return items.leave();
      },
    },
    { highWaterMark: 0 },
  );
  return new Response(body, { headers: framing.stream });
}

/** The stream of a server that begins one before it refuses: it says why, or breaks off at once. */
export function refusedStream(refusal: Frame | 'broken', framing: Framing): Response {
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      if (refusal === 'broken') throw new TypeError('The reference server broke this stream off.');
      controller.enqueue(encode(refusal, framing));
      controller.close();
    },
  });
  return new Response(body, { headers: framing.stream });
}

function fateOrLeave(fateOf: () => StreamFate, updates: TaskStream['updates']): StreamFate {
  try {
    return fateOf();
  } catch (error) {
    updates.cancel().catch(() => {});
    throw error;
  }
}

/** Follows the task no longer where this fails. */
async function orLeave<T>(work: () => Promise<T>, leave: () => Promise<void>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    // It may have ended by itself, with the server.
    await leave().catch(() => {});
    throw error;
  }
}

function read(first: TaskStream['first'], updates: ReadableStreamDefaultReader<StreamItem>) {
  let opening = first;
  return {
    async next(): Promise<StreamItem> {
      if (opening) {
        const item = opening;
        opening = undefined;
        return item;
      }
      const { done, value } = await updates.read();
      return done ? { kind: 'end' } : value;
    },
    leave: () => updates.cancel(),
  };
}

const encoder = new TextEncoder();

function encode({ event, data, indented }: Frame, framing: Framing): Uint8Array {
  const lines = JSON.stringify(data, null, indented ? 2 : 0).split('\n');
  const named = event === undefined ? [] : [`event: ${event}`];
  return encodeLines([...named, ...lines.map(line => `data: ${line}`)], framing);
}

function encodeLines(lines: readonly string[], { lineEnd }: Framing): Uint8Array {
  return encoder.encode([...lines, '', ''].join(lineEnd));
}
