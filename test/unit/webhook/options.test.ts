import {
  createWebhookReceiver,
  hmac,
  memoryWebhookStore,
  type RegisterOptions,
  type WebhookReceiverOptions,
} from 'a2a-await/webhook';
import { expect, it } from 'vitest';

// That this compiles says as much as that it runs: `exactOptionalPropertyTypes` is on.
it('an option that is undefined is one that is not given', async () => {
  const options: WebhookReceiverOptions = {
    url: 'https://app.test/hooks',
    shared: undefined,
    store: undefined,
    verify: undefined,
    limits: { bodyBytes: undefined, depth: undefined, time: undefined, rate: undefined, burst: undefined },
    handshake: undefined,
    onNotification: undefined,
  };
  const registering: RegisterOptions = { life: undefined, tasks: undefined };
  const receiver = createWebhookReceiver(options);
  const registration = await receiver.register(registering);
  await registration.bind('t', { takeOver: undefined });
  const rotated = await registration.rotate({ overlap: undefined });
  expect(rotated.token).not.toBe(registration.token);
  await receiver.close();
  const store = memoryWebhookStore({ maxEntries: undefined, maxBytes: undefined });
  expect(await store.get('nothing')).toBe(undefined);
  const verifier = hmac({
    secret: 'x'.repeat(32),
    header: undefined,
    prefix: undefined,
    encoding: undefined,
    timestampHeader: undefined,
    idHeader: undefined,
    tolerance: undefined,
  });
  expect(verifier).toBeTypeOf('function');
});
