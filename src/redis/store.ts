import { demand } from '../errors/options.js';
import { OpenSteps } from '../time/open-steps.js';
import { after } from '../time/timer.js';
import { timedOut, within } from '../time/within.js';
import type { WebhookStore } from '../webhook/store.js';
import { type RedisClient, send, textOf } from './client.js';
import { storeClosed, storeFailed, storeSilent } from './error.js';
import { type RedisWebhookStoreOptions, storeSettings } from './options.js';
import { newMark, replaceScript, replaceSha, unmarked } from './replace.js';
import { Wakes } from './wakes.js';

/** For each of those who were too late for the same key, ms: about what it takes to read and write. */
const pauseEach = 2;

/**
 * A store for webhook receivers in several processes: a notification that one of them takes wakes the waiter in
 * another. Of Redis, or what speaks like it, it needs GET, DEL, SET with PX, EVAL, and channels.
 *
 * Every key expires. Every step ends within `timeout`, or rejects with {@link WebhookStoreError}; nothing is tried
 * again here. When the connection for the wake-ups breaks, the client connects again, the subscriptions live again,
 * and all who wait are woken once, because what was said meanwhile is lost.
 *
 * @param client a connected client of the package `redis` or `ioredis`; the store never closes it. Listen to its
 *   `'error'` event, as always. Another client will do if it has `redis`'s `sendCommand(['GET', key])`, and `subscriber`
 *   is given
 * @throws {TypeError} if an option cannot be right
 * @example
 * const client = createClient({ url: 'redis://127.0.0.1:6379' })
 * client.on('error', error => console.error(error))
 * await client.connect()
 * const store = redisWebhookStore(client)
 *
 * Source: Redis commands EVAL, EVALSHA, SET, PUBLISH, SUBSCRIBE.
 */
export function redisWebhookStore(client: RedisClient, options: RedisWebhookStoreOptions = {}): WebhookStore {
  const { prefix, timeout, source } = storeSettings(client, options);
  const open = new OpenSteps();
  const wakes = new Wakes(source);
  /** How many pause because they were too late, by keys. */
  const late = new Map<string, number>();

  const step = async <Result>(what: string, run: (signal: AbortSignal) => Promise<Result>) => {
    let result: Result | typeof timedOut;
    try {
      result = await within(timeout, undefined, run, open);
    } catch (error) {
      throw open.closed ?? storeFailed(what, error);
    }
    if (result === timedOut) throw storeSilent(what, timeout);
    return result;
  };

  return {
    async get(key) {
      const stored = textOf(
        await step('read a value', signal => send(client, ['GET', prefix + key], signal)),
      );
      return stored === undefined ? undefined : unmarked(stored);
    },

    async replace(key, expected, value, life) {
      demand(
        Number.isFinite(life) && life > 0 && life <= Number.MAX_SAFE_INTEGER,
        'life',
        'a number of ms > 0',
        life,
      );
      const args = ['1', prefix + key, newMark(), value, String(Math.ceil(life))];
      if (expected !== undefined) args.push(expected);
      const reply = await step('replace a value', signal => runScript(client, args, signal));
      if (Number(reply) === 1) return true;
      // Whoever was too late comes again. All at once, they would be too late again but for one.
      const count = (late.get(key) ?? 0) + 1;
      late.set(key, count);
      await new Promise<void>(resolve => void after(Math.random() * pauseEach * count, resolve));
      const left = (late.get(key) ?? 1) - 1;
      if (left > 0) late.set(key, left);
      else late.delete(key);
      return false;
    },

    async delete(key) {
      await step('delete a value', signal => send(client, ['DEL', prefix + key], signal));
    },

    async wake(channel) {
      await step('wake a channel', signal => send(client, ['PUBLISH', prefix + channel, ''], signal));
    },

    async subscribe(channel, onWake) {
      let leave = async () => {};
      try {
        await step('subscribe to a channel', async () => {
          const added = wakes.add(prefix + channel, onWake);
          leave = added.leave;
          await added.joined;
        });
      } catch (error) {
        leave().catch(() => {});
        throw error;
      }
      // Whoever leaves wants nothing more: nobody wakes them from here on, whether or not Redis hears of it.
      return () => step('leave a channel', leave).catch(() => {});
    },

    async close() {
      if (open.closed) return;
      open.close(storeClosed());
      wakes.close();
    },
  };
}

/** By its SHA-1; in full, where Redis has not seen the script since it started. */
async function runScript(client: RedisClient, args: string[], signal: AbortSignal): Promise<unknown> {
  try {
    return await send(client, ['EVALSHA', replaceSha, ...args], signal);
  } catch (error) {
    if (!String((error as Error | undefined)?.message).startsWith('NOSCRIPT')) throw error;
    return send(client, ['EVAL', replaceScript, ...args], signal);
  }
}
