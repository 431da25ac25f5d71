import { isIoredis, type RedisSubscriber } from './client.js';

/** Where the connection for the wake-ups comes from: a copy of the client, or one of the application's own. */
export type LineSource = { duplicate: () => RedisSubscriber } | { given: RedisSubscriber };

export interface LineEvents {
  onWake: (channel: string) => void;
  /** The connection is back after a break. */
  onReturn: () => void;
}

type Listener = (...args: string[]) => void;

/** The connection for the wake-ups, whichever client it is of. */
export class Line {
  /** Resolves when channels can be joined. */
  readonly opened: Promise<unknown>;
  readonly #subscriber: RedisSubscriber;
  readonly #isOwn: boolean;
  readonly #hear: (message: string, channel: string) => void;
  readonly #listeners: [event: string, listener: Listener][];

  constructor(source: LineSource, { onWake, onReturn }: LineEvents) {
    this.#isOwn = 'duplicate' in source;
    this.#subscriber = 'duplicate' in source ? source.duplicate() : source.given;
    this.#hear = (_, channel) => onWake(channel);
    let broken = false;
    this.#listeners = [
      [
        'reconnecting',
        () => {
          broken = true;
        },
      ],
      [
        'ready',
        () => {
          if (broken) onReturn();
          broken = false;
        },
      ],
    ];
    if (isIoredis(this.#subscriber)) this.#listeners.push(['message', onWake]);
    // An 'error' that nobody listens to ends the process. Both clients connect again by themselves.
    if (this.#isOwn) this.#listeners.push(['error', () => {}]);
    for (const [event, listener] of this.#listeners) this.#subscriber.on(event, listener);
    this.opened = this.#connect();
  }

  /** Resolves when Redis has confirmed. Once more does no harm. */
  join(channel: string): Promise<unknown> {
    return isIoredis(this.#subscriber)
      ? this.#subscriber.subscribe(channel)
      : this.#subscriber.subscribe(channel, this.#hear);
  }

  leave(channel: string): Promise<unknown> {
    return isIoredis(this.#subscriber)
      ? this.#subscriber.unsubscribe(channel)
      : this.#subscriber.unsubscribe(channel, this.#hear);
  }

  /** Closes a copy of the client; of what was given, leaves the channels and nothing behind. */
  end(channels: readonly string[]): void {
    if (this.#isOwn) {
      const { destroy, disconnect } = this.#subscriber;
      // A client that never got to connect may refuse.
      try {
        (destroy ?? disconnect)?.call(this.#subscriber);
      } catch {}
      return;
    }
    for (const channel of channels) this.leave(channel).catch(() => {});
    for (const [event, listener] of this.#listeners) this.#subscriber.off(event, listener);
  }

  /** A copy of ioredis's connects by itself, and what is given is connected. */
  async #connect(): Promise<void> {
    if (this.#isOwn && !isIoredis(this.#subscriber)) await this.#subscriber.connect?.();
  }
}
