import type { TaskState } from '../model/state.js';
import { type Mishap, mishaps, readMishap } from './mishap.js';
import type { OpenStreams } from './open-streams.js';
import { silence, sleep } from './sleep.js';
import type { OpeningStream } from './stream-cut.js';
import type { StreamItem } from './task-stream.js';

/**
 * What happens to an event of a stream on its way. With `'deaf'` neither it nor anything after it comes: the stream
 * stays open and silent until its reader leaves or the server closes, and the task goes on.
 */
export type StreamMishap = Mishap | 'deaf';

/** An event of a stream that is about to be sent. */
export interface UpcomingEvent extends OpeningStream {
  /** Counts the events of this stream, from 1, those that are lost too. */
  event: number;
  /** Of a direct answer there is none, nor of PraisonAI's last event. */
  taskId?: string;
  /** `'end'` is PraisonAI's last event, `done`. */
  kind: StreamItem['kind'];
  /** What it says of the task, if that. */
  state?: TaskState;
}

/** What goes wrong with the events of one stream. */
export type MishapOf = (event: Omit<UpcomingEvent, keyof OpeningStream>) => StreamMishap | undefined;

/** The option as a function; what makes no sense is a TypeError that names it. */
export function readStreamMishap(
  option: StreamMishap | ((event: UpcomingEvent) => StreamMishap | undefined) | undefined,
): (event: UpcomingEvent) => StreamMishap | undefined {
  return readMishap('streamMishap', option, [...mishaps, 'deaf']);
}

/** The way of one stream's events to their reader. */
export class Way {
  readonly #mishapOf: MishapOf;
  readonly #streams: OpenStreams;
  readonly #left = new AbortController();
  #events = 0;
  #late: Uint8Array | undefined;

  constructor(mishapOf: MishapOf, streams: OpenStreams) {
    this.#mishapOf = mishapOf;
    this.#streams = streams;
  }

  /** What arrives when this event is sent. `onDeaf` is called where nothing will any more. */
  async take(item: StreamItem, event: Uint8Array, onDeaf: () => Promise<void>): Promise<Uint8Array[]> {
    const mishap = this.#mishapOf({ event: ++this.#events, ...describe(item) });
    if (mishap === 'deaf') await this.#beSilent(onDeaf);
    if (typeof mishap === 'object') await this.#wait(sleep(mishap.delay, this.#left.signal));
    const late = this.#late;
    this.#late = mishap === 'late' && !late ? event : undefined;
    if (this.#late) return [];
    const arrives = mishap === 'lose' ? [] : mishap === 'duplicate' ? [event, event] : [event];
    return late ? [...arrives, late] : arrives;
  }

  /** What was to come after the next one, where there is none. */
  rest(): Uint8Array[] {
    return this.#late ? [this.#late] : [];
  }

  /** Ends whatever is waited for: nobody reads it. */
  leave(): void {
    this.#left.abort();
  }

  async #beSilent(onDeaf: () => Promise<void>): Promise<void> {
    const uncount = this.#streams.add();
    try {
      await onDeaf();
      await this.#wait(silence(this.#left.signal));
    } finally {
      uncount();
    }
  }

  #wait(waited: Promise<void>): Promise<void> {
    return this.#streams.wait(waited, reason => this.#left.abort(reason));
  }
}

function describe(item: StreamItem): Omit<UpcomingEvent, keyof OpeningStream | 'event'> {
  const { kind } = item;
  if (kind === 'end' || kind === 'message') return { kind };
  const taskId = kind === 'task' ? item.id : item.taskId;
  return { taskId, kind, ...(kind !== 'artifact-update' && { state: item.status.state }) };
}
