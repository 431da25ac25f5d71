import { demand, functionOption } from '../errors/options.js';

type Listener<Event> = (event: Event) => unknown;

interface Entry {
  listener: Listener<never>;
  isOnce: boolean;
}

/** Who listens to which events. What a listener throws, now or later, touches neither the others nor the caller. */
export class Listeners<Events extends object> {
  readonly #entries: ReadonlyMap<keyof Events, Set<Entry>>;
  readonly #onFailure: (error: unknown, name: keyof Events) => void;

  /** @param onFailure told of what listeners throw */
  constructor(names: readonly (keyof Events)[], onFailure: (error: unknown, name: keyof Events) => void) {
    this.#entries = new Map(names.map(name => [name, new Set()]));
    this.#onFailure = onFailure;
  }

  /** @throws TypeError for what is no event, or no function */
  add<Name extends keyof Events>(name: Name, listener: Listener<Events[Name]>, isOnce: boolean): void {
    functionOption('listener', listener);
    this.#of(name).add({ listener, isOnce });
  }

  delete<Name extends keyof Events>(name: Name, listener: Listener<Events[Name]>): void {
    const entries = this.#of(name);
    for (const entry of entries) if (entry.listener === listener) entries.delete(entry);
  }

  /** Calls all of them; resolves when all are done. */
  async tell<Name extends keyof Events>(name: Name, event: Events[Name]): Promise<void> {
    const entries = this.#of(name);
    const calls = [...entries].map(async entry => {
      if (entry.isOnce) entries.delete(entry);
      try {
        await (entry.listener as Listener<Events[Name]>)(event);
      } catch (error) {
        this.#onFailure(error, name);
      }
    });
    await Promise.all(calls);
  }

  #of(name: keyof Events): Set<Entry> {
    const entries = this.#entries.get(name);
    demand(!!entries, 'event', `one of ${[...this.#entries.keys()].join(', ')}`, name);
    return entries as Set<Entry>;
  }
}
