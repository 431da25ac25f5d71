import { randomUUID } from 'node:crypto';
import { inspect } from 'node:util';
import { A2AError } from 'a2a-await';
import { type RedisWebhookStoreOptions, WebhookStoreError } from 'a2a-await/redis';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import type { WebhookStore } from '../../src/webhook/store.js';
import { expectNoUnhandledRejections } from '../support/unhandled.js';
import { connectIoredis, connectRedis, openStore } from './clients.js';
import { proxyTo, type RedisProxy } from './proxy.js';
import { noRedis, type RedisServer, startRedis, titled } from './server.js';

describe.skipIf(noRedis)(titled('when connections break'), () => {
  let server: RedisServer;
  let proxy: RedisProxy;
  let prefix: string;
  const closing: (() => Promise<void>)[] = [];

  beforeAll(async () => {
    server = await startRedis();
  });
  afterAll(() => server?.stop());
  beforeEach(async () => {
    prefix = `test:${randomUUID()}:`;
    proxy = await proxyTo(server.url);
  });
  afterEach(async () => {
    for (const close of closing.splice(0)) await close();
    await proxy.close();
  });
  expectNoUnhandledRejections();

  describe.each([
    ['redis', (url: string) => connectRedis(url, {})],
    ['redis without a queue', (url: string) => connectRedis(url, { disableOfflineQueue: true })],
    ['ioredis', (url: string) => connectIoredis(url, {})],
    ['ioredis that subscribes no more', (url: string) => connectIoredis(url, { autoResubscribe: false })],
  ] as const)('on %s', (name, connect) => {
    async function open(url: string, options: RedisWebhookStoreOptions = {}) {
      const opened = await openStore(connect, url, { prefix, ...options });
      closing.push(opened.close);
      return opened;
    }

    /** What a step fails with. */
    async function failureOf(step: Promise<unknown>): Promise<WebhookStoreError> {
      const failure = await step.then(
        () => undefined,
        error => error,
      );
      expect(failure).toBeInstanceOf(WebhookStoreError);
      return failure;
    }

    test('whoever waits is woken when the connection is back, for what was lost', async () => {
      const { store } = await open(proxy.url);
      const { store: direct } = await open(server.url);
      const woken = [vi.fn(), vi.fn()];
      for (const listener of woken) await store.subscribe('channel', listener);
      proxy.block();
      await direct.wake('channel');
      expect(woken.map(calls)).toEqual([0, 0]);
      proxy.allow();
      await eventually(() => expect(woken.map(calls)).toEqual([1, 1]));
    });

    test('subscriptions live again after each break', async () => {
      const { store } = await open(proxy.url);
      const { store: direct } = await open(server.url);
      const [stays, gone] = [vi.fn(), vi.fn()];
      await store.subscribe('channel', stays);
      await (await store.subscribe('channel', gone))();
      for (let round = 1; round <= 3; round++) {
        proxy.cut();
        await eventually(() => expect(calls(stays)).toBe(2 * round - 1));
        await direct.wake('channel');
        await eventually(() => expect(calls(stays)).toBe(2 * round));
      }
      expect(calls(gone)).toBe(0);
    });

    test('a replacement whose answer was lost is not taken for one that failed', async () => {
      const { store } = await open(proxy.url);
      const { store: direct } = await open(server.url);
      // From here on Redis knows the script.
      await store.replace('key', undefined, 'first', 60_000);
      proxy.mute();
      const replacing = store.replace('key', 'first', 'mine', 60_000);
      const settled = replacing.then(String, error => error.code);
      await eventually(async () => expect(await direct.get('key')).toBe('mine'));
      proxy.cut();
      // ioredis sends it again, redis does not.
      expect(await settled).toBe(name.startsWith('ioredis') ? 'true' : 'store-failed');
      expect(await direct.get('key')).toBe('mine');
    });

    test('every step without Redis ends in time, and works again with it', async () => {
      const { store } = await open(proxy.url, { timeout: 200 });
      await store.replace('key', undefined, 'one', 60_000);
      proxy.block();
      for (const failure of await Promise.all(stepsOf(store).map(step => failureOf(step())))) {
        expect(failure.code).toBe('store-failed');
        expect(failure.message).toMatch(/^The webhook store could not /);
        expect(failure).toBeInstanceOf(A2AError);
      }
      proxy.allow();
      await eventually(async () => expect(await store.get('key').catch(() => 'away')).not.toBe('away'));
      const woken = vi.fn();
      await eventually(() => store.subscribe('channel', woken));
      // The end of the break may have woken it once besides.
      await store.wake('channel');
      await eventually(() => expect(calls(woken)).toBeGreaterThan(0));
    });

    test('a server that says nothing ends in a failure that names the option', async () => {
      const { store } = await open(proxy.url, { timeout: 100 });
      await store.subscribe('another channel', () => {});
      proxy.mute();
      for (const failure of await Promise.all(stepsOf(store).map(step => failureOf(step())))) {
        expect(failure.message).toMatch(/within 100 ms.*"timeout"/);
      }
    });

    test('no failure tells the password, the key or the value', async () => {
      const { store } = await open(proxy.url, { timeout: 200 });
      await store.get('key');
      proxy.block();
      const failures = await Promise.all(stepsOf(store).map(step => failureOf(step())));
      const { password } = new URL(proxy.url);
      const seen = inspect(failures, { depth: 20, showHidden: true });
      expect(
        [password, 'secret-key', 'secret-value'].filter(secret => secret && seen.includes(secret)),
      ).toEqual([]);
    });

    test('closing ends every step at once, and its own connection only', async () => {
      const { store, ask } = await open(proxy.url, { timeout: 60_000 });
      await store.subscribe('channel', () => {});
      expect(proxy.connections).toBe(2);
      proxy.mute();
      const steps = stepsOf(store).map(step => failureOf(step()));
      await store.close();
      expect((await Promise.all(steps)).map(({ code }) => code)).toEqual(steps.map(() => 'store-closed'));
      await eventually(() => expect(proxy.connections).toBe(1));
      proxy.cut();
      await eventually(async () => expect(await ask('PING')).toBe('PONG'));
      expect((await failureOf(store.get('key'))).message).toBe('The webhook store is closed.');
      expect((await failureOf(store.subscribe('channel', () => {}))).code).toBe('store-closed');
      expect(proxy.connections).toBe(1);
    });

    test('closing while the connection for the wake-ups is not made yet leaves none behind', async () => {
      const { store } = await open(proxy.url, { timeout: 60_000 });
      await store.get('key');
      const subscribing = failureOf(store.subscribe('channel', () => {}));
      await store.close();
      expect((await subscribing).code).toBe('store-closed');
      await eventually(() => expect(proxy.connections).toBe(1));
    });
  });
});

function stepsOf(store: WebhookStore): (() => Promise<unknown>)[] {
  return [
    () => store.get('secret-key'),
    () => store.replace('secret-key', undefined, 'secret-value', 60_000),
    () => store.delete('secret-key'),
    () => store.wake('secret-key'),
    () => store.subscribe('secret-key', () => {}),
  ];
}

function calls(listener: ReturnType<typeof vi.fn>): number {
  return listener.mock.calls.length;
}

function eventually<Result>(check: () => Result | Promise<Result>): Promise<Result> {
  return vi.waitFor(check, { interval: 5, timeout: 10_000 });
}
