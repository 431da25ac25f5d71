import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { expectNoUnhandledRejections } from '../support/unhandled.js';
import { testsOfAnyStore } from '../unit/webhook/store-contract.js';
import { clientKinds, openStore } from './clients.js';
import { noRedis, type RedisServer, startRedis, titled } from './server.js';

describe.skipIf(noRedis)(titled('redisWebhookStore'), () => {
  let server: RedisServer;
  beforeAll(async () => {
    server = await startRedis();
  });
  afterAll(() => server?.stop());
  expectNoUnhandledRejections();

  describe.each(clientKinds)('on %s', (_, connect) => {
    testsOfAnyStore(async () => {
      const options = { prefix: `test:${randomUUID()}:` };
      const [one, two] = await Promise.all([
        openStore(connect, server.url, options),
        openStore(connect, server.url, options),
      ]);
      return {
        store: one.store,
        other: two.store,
        pass: ms => sleep(ms),
        end: async () => {
          await Promise.all([one.close(), two.close()]);
        },
      };
    });

    test('many who change one value at once are soon done, as each of them is seldom too late', async () => {
      const { store, close } = await openStore(connect, server.url, { prefix: `test:${randomUUID()}:` });
      const many = 100;
      let attempts = 0;
      const add = async (): Promise<void> => {
        attempts += 1;
        const before = await store.get('k');
        if (!(await store.replace('k', before, String(Number(before ?? 0) + 1), 60_000))) return add();
      };
      await Promise.all(Array.from({ length: many }, add));
      expect(await store.get('k')).toBe(String(many));
      // If all came again at once, half of the square.
      expect(attempts).toBeLessThan((many * many) / 4);
      await close();
    });
  });
});
