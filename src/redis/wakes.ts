import { notify } from '../time/notify.js';
import { Line, type LineSource } from './line.js';

interface Channel {
  /** One for each subscription, be the application's function the same. */
  listeners: Set<() => void>;
  /** Resolves when Redis has confirmed. */
  joined: Promise<unknown>;
}

/** Who waits for which channel: one subscription of Redis for each, however many wait for it. */
export class Wakes {
  readonly #source: LineSource;
  readonly #channels = new Map<string, Channel>();
  #line: Line | undefined;

  constructor(source: LineSource) {
    this.#source = source;
  }

  /** @returns when Redis has confirmed, and how to leave */
  add(name: string, onWake: () => void): { joined: Promise<unknown>; leave: () => Promise<void> } {
    const channel = this.#channels.get(name) ?? this.#join(name);
    const listener = () => notify(onWake, undefined);
    channel.listeners.add(listener);
    return { joined: channel.joined, leave: () => this.#leave(name, channel, listener) };
  }

  close(): void {
    const names = [...this.#channels.keys()];
    for (const { listeners } of this.#channels.values()) listeners.clear();
    this.#channels.clear();
    this.#line?.end(names);
    this.#line = undefined;
  }

  #join(name: string): Channel {
    const line = this.#open();
    const joined = line.opened.then(() => line.join(name));
    const channel = { listeners: new Set<() => void>(), joined };
    this.#channels.set(name, channel);
    // The next one to come tries anew.
    joined.catch(() => this.#forget(name, channel));
    return channel;
  }

  async #leave(name: string, channel: Channel, listener: () => void): Promise<void> {
    if (!channel.listeners.delete(listener) || channel.listeners.size > 0) return;
    // While Redis cannot be reached, whoever comes back finds the subscription under way, and no second one queues up.
    await channel.joined;
    if (channel.listeners.size > 0 || !this.#forget(name, channel)) return;
    await this.#line?.leave(name);
  }

  #forget(name: string, channel: Channel): boolean {
    return this.#channels.get(name) === channel && this.#channels.delete(name);
  }

  #open(): Line {
    if (this.#line) return this.#line;
    const line = new Line(this.#source, {
      onWake: name => this.#wake(name),
      onReturn: () => this.#restore(line),
    });
    line.opened.catch(() => {
      if (this.#line === line) this.#line = undefined;
      line.end([]);
    });
    this.#line = line;
    return line;
  }

  #wake(name: string): void {
    for (const listener of [...(this.#channels.get(name)?.listeners ?? [])]) listener();
  }

  /** The connection is back: whatever was said meanwhile is lost, so all are woken to look for themselves. */
  #restore(line: Line): void {
    for (const name of this.#channels.keys()) {
      line.join(name).then(
        () => this.#wake(name),
        () => {},
      );
    }
  }
}
