import { now } from '../time/clock.js';
import { Refusal } from './refusal.js';

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

  /**
   * @param amount 0 only looks; less gives back
   * @throws {Refusal} 429 where there is none to take
   */
  take(name: string, amount = 1): void {
    const bucket = this.#buckets.get(name);
    const time = now();
    const level = bucket
      ? Math.min(this.#burst, bucket.level + ((time - bucket.at) / 1_000) * this.#rate)
      : this.#burst;
    if (level < 1 && amount >= 0) {
      throw new Refusal(429, 'There are too many.', ((1 - level) / this.#rate) * 1_000);
    }
    const [oldest] = this.#buckets.keys();
    if (this.#buckets.size >= most && oldest !== undefined) this.#buckets.delete(oldest);
    this.#buckets.set(name, { level: level - amount, at: time });
  }
}
