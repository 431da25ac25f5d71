import {
  type IoredisClient,
  type NodeRedisClient,
  redisWebhookStore,
  type WebhookStore,
} from 'a2a-await/redis';

export const stores = (one: NodeRedisClient, other: IoredisClient): WebhookStore[] => [
  redisWebhookStore(one),
  redisWebhookStore(other, { prefix: 'mine:' }),
];

// @ts-expect-error: no client
redisWebhookStore({});
