import { A2AError } from '../errors/base.js';
import { integerOption } from '../errors/options.js';
import { notify } from '../time/notify.js';
import type { WebhookStore } from './store.js';

export interface MemoryWebhookStoreOptions {
  /** How many entries there may be, at least 2. @default 10_000 */
  maxEntries?: number | undefined;
  /** How much memory they may take, as far as that can be told, bytes. @default 67_108_864 (64 MiB) */
  maxBytes?: number | undefined;
}

/** By how much what comes last outlives what else lives as long, ms. */
const tie = 60_000;

interface Entry {
  value: string;
  /** Epoch ms. */
  until: number;
}

/**
 * Keeps what a receiver must remember in the memory of one process. Where there is too much, that goes first which was
 * kept for the registration that has most, and of this what would go first anyway: what one agent tells pushes out what it
 * told before, not what belongs to others. A value for which there is no room even so is refused. Has no timers: what has
 * expired goes when somebody looks, or when there is no room.
 *
 * @throws TypeError for limits that cannot be right
 * @example createWebhookReceiver({ url, store: memoryWebhookStore({ maxEntries: 1_000 }) })
 */
export function memoryWebhookStore(options: MemoryWebhookStoreOptions = {}): WebhookStore {
  const maxEntries = integerOption('maxEntries', options.maxEntries, 10_000, 2);
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

  function put(key: string, entry: Entry): void {
    entries.set(key, entry);
    bytes += sizeOf(key, entry);
  }

  /** A hundredth more than is too much, so that a full store does not sort itself each time. */
  function makeRoom(added: Entry): void {
    if (entries.size <= maxEntries && bytes <= maxBytes) return;
    for (const key of entries.keys()) find(key);
    const lifeOf = ([, entry]: [string, Entry]) => entry.until + (entry === added ? tie : 0);
    const shares = new Map<string | undefined, number>();
    const ranked = [...entries]
      .sort((one, other) => lifeOf(other) - lifeOf(one))
      .map(([key, entry]) => {
        // Keys begin with what they are for, and for whom; a task is for the registration that is bound to it.
        const [kind, scope = kind] = key.split(':');
        const owner = kind === 'bound' ? entry.value : scope;
        const share = (shares.get(owner) ?? 0) + Math.ceil((sizeOf(key, entry) * maxEntries) / maxBytes);
        shares.set(owner, share);
        return { key, entry, share: entry === added ? share - 0.5 : share };
      });
    for (const { key, entry } of ranked.reverse().sort((one, other) => other.share - one.share)) {
      if (entries.size <= maxEntries * 0.99 && bytes <= maxBytes * 0.99) return;
      remove(key, entry);
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
      put(key, added);
      makeRoom(added);
      if (entries.has(key)) return true;
      if (entry) put(key, entry);
      throw new A2AError('There is no room: see maxBytes, maxEntries.', { code: 'webhook-store' });
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
