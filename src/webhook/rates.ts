import { now } from '../time/clock.js';

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
    const bucket = this.#buckets.get(name);
    return bucket ? this.#delayOf(this.#levelOf(bucket)) : 0;
  }

  /** Takes one if there is one, or says in how many ms there will be one. */
  take(name: string): number {
    const bucket = this.#buckets.get(name) ?? this.#add(name);
    const level = this.#levelOf(bucket);
    const delay = this.#delayOf(level);
    bucket.level = delay > 0 ? level : level - 1;
    bucket.at = now();
    return delay;
  }

  #levelOf({ level, at }: { level: number; at: number }): number {
    return Math.min(this.#burst, level + ((now() - at) / 1_000) * this.#rate);
  }

  #delayOf(level: number): number {
    return level >= 1 ? 0 : Math.max(1, ((1 - level) / this.#rate) * 1_000);
  }

  #add(name: string): { level: number; at: number } {
    const [oldest] = this.#buckets.keys();
    if (this.#buckets.size >= 10_000 && oldest !== undefined) this.#buckets.delete(oldest);
    const bucket = { level: this.#burst, at: now() };
    this.#buckets.set(name, bucket);
    return bucket;
  }
}
