import { type RedisClient, type RedisWebhookStoreOptions, redisWebhookStore } from 'a2a-await/redis';
import { Redis } from 'ioredis';
import { createClient } from 'redis';
import type { WebhookStore } from '../../src/webhook/store.js';

export interface ConnectedClient {
  client: RedisClient;
  /** Runs a command beside the store, e.g. `KEYS`. */
  ask(...command: [string, ...string[]]): Promise<unknown>;
  close(): Promise<void>;
}

/** The clients that we support, and some of the ways in which applications set them up. */
export const clientKinds: [name: string, connect: (url: string) => Promise<ConnectedClient>][] = [
  ['redis', url => connectRedis(url, {})],
  ['redis with RESP2', url => connectRedis(url, { RESP: 2 })],
  ['redis with a key prefix', url => connectRedis(url, { keyPrefix: 'app:' })],
  ['ioredis', url => connectIoredis(url, {})],
  ['ioredis with a key prefix', url => connectIoredis(url, { keyPrefix: 'app:' })],
  ['ioredis with numbers as strings', url => connectIoredis(url, { stringNumbers: true })],
  ['ioredis that connects late', url => connectIoredis(url, { lazyConnect: true })],
];

export async function connectRedis(
  url: string,
  options: { RESP?: 2 | 3; keyPrefix?: string; disableOfflineQueue?: boolean },
): Promise<ConnectedClient> {
  const client = createClient({ url, ...options });
  client.on('error', () => {});
  await client.connect();
  return {
    client,
    ask: (...command) => client.sendCommand(command),
    close: async () => client.destroy(),
  };
}

export async function connectIoredis(
  url: string,
  options: { keyPrefix?: string; stringNumbers?: boolean; lazyConnect?: boolean; autoResubscribe?: boolean },
): Promise<ConnectedClient> {
  const client = new Redis(url, options);
  client.on('error', () => {});
  return {
    client,
    ask: (name, ...args) => client.call(name, ...args),
    close: async () => client.disconnect(),
  };
}

/** A store on a client of its own; closing it closes both. */
export async function openStore(
  connect: (url: string) => Promise<ConnectedClient>,
  url: string,
  options: RedisWebhookStoreOptions,
): Promise<ConnectedClient & { store: WebhookStore }> {
  const connected = await connect(url);
  const store = redisWebhookStore(connected.client, options);
  const close = async () => {
    await store.close();
    await connected.close();
  };
  return { ...connected, store, close };
}
