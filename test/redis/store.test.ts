import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe } from 'vitest';
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
  });
});
