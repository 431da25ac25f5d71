import { randomUUID } from 'node:crypto';
import { inspect } from 'node:util';
import { redisWebhookStore, WebhookStoreError } from 'a2a-await/redis';
import { Redis } from 'ioredis';
import { createClient } from 'redis';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { expectNoUnhandledRejections } from '../support/unhandled.js';
import { clientKinds, connectRedis, openStore } from './clients.js';
import { isGiven, noRedis, type RedisServer, startRedis, titled } from './server.js';

describe.skipIf(noRedis)(titled('what the store leaves in Redis'), () => {
  let server: RedisServer;
  let prefix: string;
  const closing: (() => unknown)[] = [];

  beforeAll(async () => {
    server = await startRedis();
  });
  afterAll(() => server?.stop());
  beforeEach(() => {
    prefix = `test:${randomUUID()}:`;
  });
  afterEach(async () => {
    for (const close of closing.splice(0)) await close();
  });
  expectNoUnhandledRejections();

  describe.each(clientKinds)('on %s', (_, connect) => {
    async function open(options: { prefix?: string } = { prefix }) {
      const opened = await openStore(connect, server.url, options);
      closing.push(opened.close);
      return opened;
    }

    test('every key begins with the prefix and expires', async () => {
      const { store, ask } = await open();
      await store.replace('a', undefined, 'one', 60_000);
      await store.replace('b', undefined, 'one', 1.5);
      await store.replace('c', undefined, 'one', 60_000);
      await store.replace('c', 'one', 'two', 30_000);
      await store.replace('d', undefined, 'one', 60_000);
      await store.delete('d');
      await eventually(async () => expect(await store.get('b')).toBeUndefined());
      const keys = ((await ask('KEYS', `*${prefix}*`)) as string[]).map(key => key.split(prefix)[1]);
      expect(keys.sort()).toEqual(['a', 'c']);
      expect(Number(await ask('PTTL', `${prefix}a`))).toBeGreaterThan(50_000);
      expect(Number(await ask('PTTL', `${prefix}c`))).toBeLessThanOrEqual(30_000);
    });

    test('however many wait for a channel, Redis has one subscription, and none when all have left', async () => {
      const { store, ask } = await open();
      const count = async () => Number(((await ask('PUBSUB', 'NUMSUB', `${prefix}channel`)) as unknown[])[1]);
      const stops = await Promise.all([1, 2, 3].map(() => store.subscribe('channel', () => {})));
      expect(await count()).toBe(1);
      await stops[0]?.();
      await stops[1]?.();
      expect(await count()).toBe(1);
      await stops[2]?.();
      expect(await count()).toBe(0);
      // Left before Redis has confirmed.
      const subscribing = Array.from({ length: 20 }, () => store.subscribe('channel', () => {}));
      await Promise.all(subscribing.map(async stop => (await stop)()));
      expect(await count()).toBe(0);
      expect(await ask('PUBSUB', 'CHANNELS', `${prefix}*`)).toEqual([]);
    });

    test.skipIf(isGiven)('the script is given again to a Redis that has forgotten it', async () => {
      const { store, ask } = await open();
      await ask('SCRIPT', 'FLUSH');
      expect(await store.replace('key', undefined, 'one', 60_000)).toBe(true);
      await ask('SCRIPT', 'FLUSH');
      expect(await store.replace('key', undefined, 'two', 60_000)).toBe(false);
      expect(await store.replace('key', 'one', 'two', 60_000)).toBe(true);
    });

    test.skipIf(isGiven)(
      'the connection for the wake-ups is made with the first subscription, and closed by close',
      async () => {
        const { store, ask } = await open();
        const before = await connections(ask);
        await store.replace('key', undefined, 'one', 60_000);
        await store.wake('channel');
        expect(await connections(ask)).toBe(before);
        await store.subscribe('channel', () => {});
        await store.subscribe('another', () => {});
        expect(await connections(ask)).toBe(before + 1);
        await store.close();
        await eventually(async () => expect(await connections(ask)).toBe(before));
      },
    );

    test('what Redis refuses is a WebhookStoreError that tells no key and no value', async () => {
      const { store, ask } = await open();
      await ask('LPUSH', `${prefix}secret-key`, 'item');
      await ask('PEXPIRE', `${prefix}secret-key`, '60000');
      const failures = await Promise.all(
        [store.get('secret-key'), store.replace('secret-key', undefined, 'secret-value', 60_000)].map(step =>
          step.catch(error => error),
        ),
      );
      for (const failure of failures) {
        expect(failure).toBeInstanceOf(WebhookStoreError);
        expect(failure.code).toBe('store-failed');
        expect(failure.cause.message).toContain('WRONGTYPE');
      }
      expect(inspect(failures, { depth: 20, showHidden: true })).not.toMatch(/secret-(key|value)/);
    });
  });

  test('without a prefix of its own the keys begin with "a2a-await:"', async () => {
    const { store, ask, close } = await openStore(url => connectRedis(url, {}), server.url, {});
    closing.push(close);
    const key = randomUUID();
    await store.replace(key, undefined, 'one', 60_000);
    expect(await ask('EXISTS', `a2a-await:${key}`)).toBe(1);
    await store.delete(key);
  });

  describe('a connection for the wake-ups that the application gives', () => {
    async function given(kind: string) {
      if (kind === 'redis') {
        const client = createClient({ url: server.url });
        const subscriber = client.duplicate();
        for (const each of [client, subscriber]) {
          each.on('error', () => {});
          await each.connect();
          closing.push(() => each.destroy());
        }
        const heard = vi.fn();
        return {
          store: redisWebhookStore(client, { prefix, subscriber }),
          subscriber,
          heard,
          subscribe: () => subscriber.subscribe(`${prefix}mine`, () => heard()),
          publish: () => client.publish(`${prefix}mine`, ''),
        };
      }
      const client = new Redis(server.url);
      const subscriber = new Redis(server.url);
      closing.push(() => client.disconnect());
      closing.push(() => subscriber.disconnect());
      const heard = vi.fn();
      return {
        store: redisWebhookStore(client, { prefix, subscriber }),
        subscriber,
        heard,
        subscribe: () => {
          subscriber.on('message', channel => channel === `${prefix}mine` && heard());
          return subscriber.subscribe(`${prefix}mine`);
        },
        publish: () => client.publish(`${prefix}mine`, ''),
      };
    }

    test.each(['redis', 'ioredis'])('is used, left as it was, and not closed: %s', async kind => {
      const { store, subscriber, heard, subscribe, publish } = await given(kind);
      await subscribe();
      const events = ['reconnecting', 'ready', 'message', 'error'];
      const before = events.map(event => subscriber.listenerCount(event));
      const woken = vi.fn();
      await store.subscribe('channel', woken);
      await store.wake('channel');
      await eventually(() => expect(woken.mock.calls).toHaveLength(1));
      await store.close();
      expect(events.map(event => subscriber.listenerCount(event))).toEqual(before);
      await publish();
      await eventually(() => expect(heard.mock.calls).toHaveLength(1));
      expect(woken.mock.calls).toHaveLength(1);
    });

    test('that is not connected fails in time, and the failure asks whether it is', async () => {
      const client = createClient({ url: server.url });
      client.on('error', () => {});
      await client.connect();
      closing.push(() => client.destroy());
      const store = redisWebhookStore(client, { prefix, timeout: 100, subscriber: client.duplicate() });
      await expect(store.subscribe('channel', () => {})).rejects.toThrow(
        'could not subscribe to a channel within 100 ms. Is Redis up, and its client connected?',
      );
      await store.close();
    });
  });
});

async function connections(ask: (...command: [string, ...string[]]) => Promise<unknown>): Promise<number> {
  return String(await ask('CLIENT', 'LIST'))
    .trim()
    .split('\n').length;
}

function eventually(check: () => void | Promise<void>): Promise<void> {
  return vi.waitFor(check, { interval: 5, timeout: 5_000 });
}
