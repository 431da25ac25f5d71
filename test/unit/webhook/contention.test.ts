import { createWebhookReceiver, memoryWebhookStore, type WebhookStore } from 'a2a-await/webhook';
import { describe, expect, test } from 'vitest';
import { artifactUpdate, base, post, tokenOf } from './support.js';

/** A store that takes a while, so that whoever reads at once writes at once. */
function slowStore(): WebhookStore {
  const store = memoryWebhookStore();
  const later = () => new Promise(resolve => setTimeout(resolve, 1));
  return {
    ...store,
    get: async key => {
      await later();
      return store.get(key);
    },
    replace: async (...given) => {
      await later();
      return store.replace(...given);
    },
  };
}

describe('many notifications of one task at once', () => {
  test('are all taken, as many as the rate lets in', { timeout: 30_000 }, async () => {
    const receiver = createWebhookReceiver({ url: base, store: slowStore() });
    const registration = await receiver.register();
    await registration.bind('t-1');
    const chunks = Array.from({ length: 150 }, (_, nth) =>
      post(registration.url, {
        body: JSON.stringify(artifactUpdate(`${nth} `, { taskId: 't-1', append: nth > 0 })),
        headers: { 'content-type': 'application/json', ...tokenOf(registration) },
      }),
    );
    const answers = await Promise.all(chunks.map(chunk => receiver.handle(chunk)));
    expect(answers.filter(({ status }) => status !== 204)).toEqual([]);
    await receiver.close();
  });
});
