/**
 * A clock for properties: thousands of runs, each over minutes or days. Between two timers everything that is ready
 * goes on, and no real time passes but for that.
 */
export class VirtualClock {
  readonly #real = {
    setTimeout: globalThis.setTimeout,
    clearTimeout: globalThis.clearTimeout,
    dateNow: Date.now,
    performanceNow: performance.now,
  };
  readonly #timers = new Map<number, { at: number; callback: () => void }>();
  #last = 0;
  /** Of the monotonic clock, ms. */
  time = 1_000;
  /** Between the two clocks, ms. */
  #wall = Date.UTC(2026, 0, 1);

  readonly #turns: number;
  readonly #isBusy: () => boolean;

  /**
   * Puts it in the place of the real one, until it is disposed of.
   *
   * @param turns of the event loop that pass between two timers: streams and bodies may take several
   * @param isBusy whether something goes on that takes real time, such as a digest: until it is done, no time passes
   */
  constructor(turns = 1, isBusy = () => false) {
    this.#turns = turns;
    this.#isBusy = isBusy;
    const set = (callback: () => void, ms = 0) => {
      this.#last += 1;
      // A timer of 0 ms takes 1, as in Node.
      this.#timers.set(this.#last, { at: this.time + Math.max(1, Math.floor(ms)), callback });
      return this.#last;
    };
    globalThis.setTimeout = set as never;
    globalThis.clearTimeout = ((handle: number) => this.#timers.delete(handle)) as never;
    Date.now = () => this.#wall + this.time;
    performance.now = () => this.time;
  }

  [Symbol.dispose](): void {
    globalThis.setTimeout = this.#real.setTimeout;
    globalThis.clearTimeout = this.#real.clearTimeout;
    Date.now = this.#real.dateNow;
    performance.now = this.#real.performanceNow;
  }

  /** How many timers run. */
  get pending(): number {
    return this.#timers.size;
  }

  /** Lets so many ms pass. */
  async advance(ms: number): Promise<void> {
    const end = this.time + ms;
    await this.#settle();
    for (let next = this.#due(end); next; next = this.#due(end)) {
      this.#timers.delete(next.handle);
      // After a sleep timers are late; time does not go back for them.
      this.time = Math.max(this.time, next.at);
      next.callback();
      await this.#settle();
    }
    this.time = Math.max(this.time, end);
  }

  /** The date is set, as by its owner or by a time server. */
  jump(ms: number): void {
    this.#wall += ms;
  }

  /** The machine sleeps: both clocks go on, and no timer fires. */
  sleep(ms: number): void {
    this.time += ms;
  }

  /** All that waits for no timer goes on as far as it can. */
  async #settle(): Promise<void> {
    for (let turn = 0; turn < this.#turns; turn = this.#isBusy() ? 0 : turn + 1)
      await new Promise(resolve => setImmediate(resolve));
  }

  #due(end: number): { handle: number; at: number; callback: () => void } | undefined {
    let first: { handle: number; at: number; callback: () => void } | undefined;
    for (const [handle, timer] of this.#timers) {
      if (timer.at <= end && (!first || timer.at < first.at)) first = { handle, ...timer };
    }
    return first;
  }
}

/** Chance from a seed, so that a run can be had again. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
