import { demand, functionOption } from '../errors/options.js';
import type { WebhookEvents } from './events.js';

type Name = keyof WebhookEvents;
type Listener<Of extends Name> = (event: WebhookEvents[Of]) => unknown;

interface Entry {
  listener: (event: never) => unknown;
  isOnce: boolean;
}

/** Who listens to which events. What a listener throws, now or later, touches neither the others nor the caller. */
export class Listeners {
  readonly #entries = new Map<Name, Set<Entry>>(
    (['notification', 'reconcile', 'refused', 'failure'] as const).map(name => [name, new Set()]),
  );

  /** @throws TypeError for what is no event, or no function */
  add<Of extends Name>(name: Of, listener: Listener<Of>, isOnce: boolean): void {
    functionOption('listener', listener);
    this.#of(name).add({ listener, isOnce });
  }

  delete<Of extends Name>(name: Of, listener: Listener<Of>): void {
    const entries = this.#of(name);
    for (const entry of entries) if (entry.listener === listener) entries.delete(entry);
  }

  /** Calls all of them; resolves when all are done. What they throw, listeners of failures are told. */
  async tell<Of extends Name>(name: Of, event: WebhookEvents[Of]): Promise<void> {
    const entries = this.#of(name);
    const calls = [...entries].map(async entry => {
      if (entry.isOnce) entries.delete(entry);
      try {
        await (entry.listener as Listener<Of>)(event);
      } catch (error) {
        if (name !== 'failure') void this.tell('failure', { error, during: 'listener' });
      }
    });
    await Promise.all(calls);
  }

  #of(name: Name): Set<Entry> {
    const entries = this.#entries.get(name);
    demand(!!entries, 'event', `one of ${[...this.#entries.keys()].join(', ')}`, name);
    return entries as Set<Entry>;
  }
}
