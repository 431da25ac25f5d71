/** The streams of one server that are open, and how they end with it. */
export class OpenStreams {
  readonly #waits = new Set<(reason: Error) => void>();
  #closed: Error | undefined;
  #count = 0;

  get count(): number {
    return this.#count;
  }

  /** Counts one more, until the function it returns is called. */
  add(): () => void {
    this.#count++;
    return () => {
      this.#count--;
    };
  }

  /** Waits for this. `end`, which has to end it, is called when the server closes, or at once if it has closed. */
  async wait(waited: Promise<void>, end: (reason: Error) => void): Promise<void> {
    if (this.#closed) end(this.#closed);
    this.#waits.add(end);
    try {
      await waited;
    } finally {
      this.#waits.delete(end);
    }
  }

  close(reason: Error): void {
    this.#closed = reason;
    for (const end of this.#waits) end(reason);
  }
}
