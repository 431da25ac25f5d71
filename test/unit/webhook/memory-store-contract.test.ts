import { memoryWebhookStore } from 'a2a-await/webhook';
import { afterEach, beforeEach, describe, vi } from 'vitest';
import { testsOfAnyStore } from './store-contract.js';

describe('memoryWebhookStore, as any store', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  testsOfAnyStore(async () => {
    const store = memoryWebhookStore();
    return {
      store,
      other: store,
      pass: async ms => {
        await vi.advanceTimersByTimeAsync(ms);
      },
      end: () => store.close(),
    };
  });
});
