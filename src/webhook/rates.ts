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

  /** @throws {Refusal} 429 where a bucket is empty */
  demand(name: string): void {
    const level = this.#levelOf(name);
    if (level < 1) throw new Refusal(429, 'There are too many.', ((1 - level) / this.#rate) * 1_000);
  }

  /** @throws {Refusal} 429 where there is none to take */
  take(name: string): void {
    this.demand(name);
    this.#add(name, -1);
  }

  giveBack(name: string): void {
    this.#add(name, 1);
  }

  #add(name: string, amount: number): void {
    const level = this.#levelOf(name) + amount;
    const [oldest] = this.#buckets.keys();
    if (this.#buckets.size >= most && oldest !== undefined) this.#buckets.delete(oldest);
    this.#buckets.set(name, { level, at: now() });
  }

  #levelOf(name: string): number {
    const bucket = this.#buckets.get(name);
    if (!bucket) return this.#burst;
    return Math.min(this.#burst, bucket.level + ((now() - bucket.at) / 1_000) * this.#rate);
  }
}
