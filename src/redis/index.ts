/**
 * What many processes share that receive push notifications, on Redis.
 *
 * @module a2a-await/redis
 */

export type { WebhookStore } from '../webhook/store.js';
export type {
  IoredisClient,
  IoredisSubscriber,
  NodeRedisClient,
  NodeRedisSubscriber,
  RedisClient,
  RedisSubscriber,
} from './client.js';
export { WebhookStoreError } from './error.js';
export type { RedisWebhookStoreOptions } from './options.js';
export { redisWebhookStore } from './store.js';
