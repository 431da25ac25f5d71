/**
 * Where a receiver keeps what must outlive a request: registrations, what was told of each task, what was seen before.
 * Several processes may share one. Every entry has a span of life, so nothing grows for ever.
 *
 * Implementations: `memoryWebhookStore` (one process), `redisWebhookStore` of `a2a-await/redis` (many).
 */
export interface WebhookStore {
  /** The value, or nothing if there is none, or its life is over. */
  get(key: string): Promise<string | undefined>;
  /**
   * Puts `value` in the place of `expected` (`undefined`: of nothing), in one step that nobody can come between.
   *
   * @param life ms; from now on, whatever it was before
   * @returns whether it did: not, if the value is another one by now
   */
  replace(key: string, expected: string | undefined, value: string, life: number): Promise<boolean>;
  delete(key: string): Promise<void>;
  /** Wakes whoever subscribed to the channel, in any process. Says nothing: the store is the truth. May be lost. */
  wake(channel: string): Promise<void>;
  /**
   * Calls `onWake` after each `wake` of the channel, until the returned function is called.
   * Resolves when nothing that comes after it can be missed, short of a failure of the store.
   */
  subscribe(channel: string, onWake: () => void): Promise<() => Promise<void>>;
  /** Lets go of connections and timers of its own. */
  close(): Promise<void>;
}
