import { now } from '../time/clock.js';

const most = 10_000;

/** Buckets of tokens that fill up again: `burst` at once, `rate` a second. */
export class Rates {
  readonly #rate: number;
  readonly #burst: number;
  /** Bounded: one that is dropped is as good as full. */
  readonly #buckets = new Map<string, { level: number; at: number }>();

  constructor(rate: number, burst: number) {
    this.#rate = rate;
    this.#burst = burst;
  }

  /** ms until there is one in the bucket, 0 if there is one now. Takes none. */
  delay(name: string): number {
    const level = this.#levelOf(name);
    return level >= 1 ? 0 : Math.max(1, ((1 - level) / this.#rate) * 1_000);
  }

  /** Takes one if there is one, or says in how many ms there will be one. */
  take(name: string): number {
    const delay = this.delay(name);
    if (delay > 0) return delay;
    const level = this.#levelOf(name) - 1;
    const [oldest] = this.#buckets.keys();
    if (this.#buckets.size >= most && oldest !== undefined) this.#buckets.delete(oldest);
    this.#buckets.set(name, { level, at: now() });
    return 0;
  }

  #levelOf(name: string): number {
    const bucket = this.#buckets.get(name);
    if (!bucket) return this.#burst;
    return Math.min(this.#burst, bucket.level + ((now() - bucket.at) / 1_000) * this.#rate);
  }
}
