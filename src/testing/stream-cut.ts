/** Where a stream breaks off: after so many events, or bytes of its body. 0 leaves no more than the headers. */
export type StreamCut = { afterEvents: number } | { afterBytes: number };

/** A stream that is about to begin. */
export interface OpeningStream {
  /** Counts the streams of this server, from 1. */
  nth: number;
  /** The JSON-RPC method that asked for it; over HTTP+JSON what the same operation is called in JSON-RPC. */
  rpcMethod: string;
}

/** Refuses what is no cut, naming the option. */
export function checkCut(cut: StreamCut): StreamCut {
  const [name, count] =
    'afterEvents' in cut ? ['afterEvents', cut.afterEvents] : ['afterBytes', cut.afterBytes];
  if (Number.isInteger(count) && count >= 0) return cut;
  throw new TypeError(`cutStream.${name} must be a whole number of at least 0, not ${count}.`);
}

/** What a cut lets through of one stream. */
export class Allowance {
  #events: number;
  #bytes: number;

  constructor(cut: StreamCut | undefined) {
    this.#events = cut && 'afterEvents' in cut ? cut.afterEvents : Number.POSITIVE_INFINITY;
    this.#bytes = cut && 'afterBytes' in cut ? cut.afterBytes : Number.POSITIVE_INFINITY;
  }

  get isSpent(): boolean {
    return this.#events <= 0 || this.#bytes <= 0;
  }

  /** What may still be sent of this event. */
  take(event: Uint8Array): Uint8Array {
    const sent = event.subarray(0, this.#bytes);
    this.#events -= 1;
    this.#bytes -= sent.length;
    return sent;
  }
}
