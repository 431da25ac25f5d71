import { demand, functionOption } from '../errors/options.js';

interface Entry {
  listener: (event: never) => unknown;
  isOnce: boolean;
}

/** Who listens to which events. What a listener throws, now or later, touches neither the others nor the caller. */
export class Listeners<Events extends object> {
  readonly #entries: ReadonlyMap<keyof Events, Set<Entry>>;

  constructor(names: readonly (keyof Events)[]) {
    this.#entries = new Map(names.map(name => [name, new Set()]));
  }

  /** @throws TypeError for what is no event, or no function */
  add<Name extends keyof Events>(
    name: Name,
    listener: (event: Events[Name]) => unknown,
    options: { once?: boolean } = {},
  ): void {
    functionOption('listener', listener);
    this.#of(name).add({ listener, isOnce: !!options.once });
  }

  delete<Name extends keyof Events>(name: Name, listener: (event: Events[Name]) => unknown): void {
    const entries = this.#of(name);
    for (const entry of entries) if (entry.listener === listener) entries.delete(entry);
  }

  has(name: keyof Events): boolean {
    return this.#of(name).size > 0;
  }

  /** Calls all of them; resolves when all are done. */
  async tell<Name extends keyof Events>(
    name: Name,
    event: Events[Name],
    onFailure: (error: unknown) => void,
  ): Promise<void> {
    const entries = this.#of(name);
    if (entries.size === 0) return;
    const calls = [...entries].map(async entry => {
      if (entry.isOnce) entries.delete(entry);
      await (entry.listener as (event: Events[Name]) => unknown)(event);
    });
    await Promise.all(calls.map(call => call.catch(onFailure)));
  }

  #of(name: keyof Events): Set<Entry> {
    const entries = this.#entries.get(name);
    demand(!!entries, 'event', `one of ${[...this.#entries.keys()].join(', ')}`, name);
    return entries as Set<Entry>;
  }
}
