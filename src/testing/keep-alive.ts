import { sleep } from './sleep.js';

/** What a server puts between the events of a stream, so that the connection is not taken for dead. */
export interface KeepAlive {
  /** ms. */
  every: number;
  /** Without the colon. */
  comment(): string;
}

/** Tells when it is time for a comment, from when the stream begins until it ends. */
export class Beat {
  readonly #every: number;
  readonly #ended = new AbortController();
  #next: Promise<'beat'> | undefined;

  constructor({ every }: KeepAlive) {
    this.#every = every;
  }

  /** What comes first: that, or the time for a comment. A failure of that is one of this too. */
  async before<T>(that: Promise<T>): Promise<T | 'beat'> {
    this.#next ??= this.#rest();
    const first = await Promise.race([that, this.#next]);
    if (first === 'beat') this.#next = undefined;
    return first;
  }

  end(): void {
    this.#ended.abort();
  }

  /** Never, once it has ended. */
  #rest(): Promise<'beat'> {
    return sleep(this.#every, this.#ended.signal).then(
      () => 'beat',
      () => new Promise<never>(() => {}),
    );
  }
}
