import { demand, durationOption } from '../errors/options.js';
import { hasMethods, isSubscriber, type RedisClient, type RedisSubscriber } from './client.js';
import type { LineSource } from './line.js';

export interface RedisWebhookStoreOptions {
  /** In front of every key and every channel. Two applications on one Redis need two. @default 'a2a-await:' */
  prefix?: string | undefined;
  /**
   * ms for each step; then it rejects with `WebhookStoreError`. Senders of notifications wait for about 5 s, and a
   * client without a connection would wait far longer.
   *
   * @default 2_000
   */
  timeout?: number | undefined;
  /**
   * The connection for the wake-ups, connected, with its `'error'` event listened to, and used for nothing but
   * subscriptions. The store never closes it. @default `client.duplicate()`, which the store makes with the first
   * `subscribe` and closes with `close()`; its errors are not told, because it connects again by itself
   */
  subscriber?: RedisSubscriber | undefined;
}

export interface StoreSettings {
  prefix: string;
  timeout: number;
  source: LineSource;
}

/** @throws TypeError that names what cannot be right */
export function storeSettings(client: RedisClient, options: RedisWebhookStoreOptions): StoreSettings {
  const { prefix = 'a2a-await:', subscriber } = options;
  const isClient = hasMethods(client, 'call') || hasMethods(client, 'sendCommand');
  // Not what was given: a url would bring its password along.
  demand(isClient, 'client', 'a client of the package redis or ioredis', typeof client);
  demand(typeof prefix === 'string', 'prefix', 'a string', prefix);
  return {
    prefix,
    timeout: durationOption('timeout', options.timeout, 2_000),
    source: subscriber === undefined ? copiesOf(client) : givenOne(subscriber, client),
  };
}

function givenOne(subscriber: RedisSubscriber, client: RedisClient): LineSource {
  const isOther = isSubscriber(subscriber) && (subscriber as object) !== client;
  demand(
    isOther,
    'subscriber',
    'a client of the package redis or ioredis, another than "client"',
    typeof subscriber,
  );
  return { given: subscriber };
}

function copiesOf(client: RedisClient): LineSource {
  // A copy of what cannot subscribe, such as a pool, cannot either.
  demand(
    isSubscriber(client) && hasMethods(client, 'duplicate'),
    'subscriber',
    'given where "client" cannot duplicate itself and subscribe',
    undefined,
  );
  return { duplicate: () => client.duplicate?.() as RedisSubscriber };
}
