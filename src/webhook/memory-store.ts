import { integerOption } from '../errors/options.js';
import { notify } from '../time/notify.js';
import type { WebhookStore } from './store.js';

export interface MemoryWebhookStoreOptions {
  /** How many entries there may be. @default 10_000 */
  maxEntries?: number;
  /** How much memory they may take, as far as that can be told, bytes. @default 67_108_864 (64 MiB) */
  maxBytes?: number;
}

interface Entry {
  value: string;
  /** Epoch ms. */
  until: number;
}

/**
 * Keeps what a receiver must remember in the memory of one process. Where there is too much, that goes first whose life
 * would end first. Has no timers: what has expired goes when somebody looks, or when there is no room.
 *
 * @throws TypeError for limits that cannot be right
 * @example createWebhookReceiver({ url, store: memoryWebhookStore({ maxEntries: 1_000 }) })
 */
export function memoryWebhookStore(options: MemoryWebhookStoreOptions = {}): WebhookStore {
  const maxEntries = integerOption('maxEntries', options.maxEntries, 10_000, 1);
  const maxBytes = integerOption('maxBytes', options.maxBytes, 67_108_864, 1);
  const entries = new Map<string, Entry>();
  const subscribers = new Map<string, Set<() => void>>();
  let bytes = 0;

  function find(key: string): Entry | undefined {
    const entry = entries.get(key);
    if (!entry || entry.until > Date.now()) return entry;
    remove(key, entry);
    return undefined;
  }

  function remove(key: string, entry: Entry): void {
    entries.delete(key);
    bytes -= sizeOf(key, entry);
  }

  /** A hundredth more than is too much, so that a full store does not sort itself each time. */
  function makeRoom(kept: string): void {
    if (entries.size <= maxEntries && bytes <= maxBytes) return;
    const oldest = [...entries].sort(([, one], [, other]) => one.until - other.until);
    for (const [key, entry] of oldest) {
      if (entries.size <= maxEntries * 0.99 && bytes <= maxBytes * 0.99) return;
      if (key !== kept) remove(key, entry);
    }
  }

  return {
    async get(key) {
      return find(key)?.value;
    },
    async replace(key, expected, value, life) {
      const entry = find(key);
      if (entry?.value !== expected) return false;
      if (entry) remove(key, entry);
      const added = { value, until: Date.now() + life };
      entries.set(key, added);
      bytes += sizeOf(key, added);
      makeRoom(key);
      return true;
    },
    async delete(key) {
      const entry = entries.get(key);
      if (entry) remove(key, entry);
    },
    async wake(channel) {
      for (const onWake of [...(subscribers.get(channel) ?? [])]) notify(onWake, undefined);
    },
    async subscribe(channel, onWake) {
      // One function may subscribe twice.
      const listener = () => onWake();
      const listeners = subscribers.get(channel) ?? new Set();
      subscribers.set(channel, listeners.add(listener));
      return async () => {
        if (listeners.delete(listener) && listeners.size === 0) subscribers.delete(channel);
      };
    },
    async close() {
      subscribers.clear();
    },
  };
}

/** Two bytes a character, and what a map needs for an entry. */
function sizeOf(key: string, { value }: Entry): number {
  return 2 * (key.length + value.length) + 128;
}
