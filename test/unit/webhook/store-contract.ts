import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { WebhookStore } from '../../../src/webhook/store.js';

/** A store to try, and what surrounds it. */
export interface StoreUnderTest {
  store: WebhookStore;
  /** A second one that shares everything with the first, as another process would; the first itself if none can. */
  other: WebhookStore;
  /** Lets ms pass, in truth or not. */
  pass(ms: number): Promise<void>;
  /** Closes what the test opened, both stores included. */
  end(): Promise<void>;
}

/**
 * What any `WebhookStore` must do. Nothing here knows which one it is.
 *
 * @param open called before each test; keys and channels must not be known from the test before
 */
export function testsOfAnyStore(open: () => Promise<StoreUnderTest>): void {
  let under: StoreUnderTest;
  let store: WebhookStore;
  let other: WebhookStore;

  beforeEach(async () => {
    under = await open();
    ({ store, other } = under);
  });
  afterEach(() => under.end());

  describe('values', () => {
    test('a key that was never written has none', async () => {
      expect(await store.get('nobody')).toBeUndefined();
    });

    test('what was put is read, in the other process too', async () => {
      expect(await store.replace('key', undefined, 'one', 60_000)).toBe(true);
      expect([await store.get('key'), await other.get('key')]).toEqual(['one', 'one']);
    });

    test.each([
      ['nothing', ''],
      ['NUL, quotes and line ends', '\0"\'\r\n\\'],
      ['letters of all scripts', 'Grüße, 世界, 👩‍🚀'],
      ['what looks like a number', '007'],
      ['a megabyte', 'x'.repeat(1 << 20)],
    ])('a value of %s comes back as it was', async (_, value) => {
      expect(await store.replace('key', undefined, value, 60_000)).toBe(true);
      expect(await other.get('key')).toBe(value);
      expect(await store.replace('key', value, `${value}!`, 60_000)).toBe(true);
      expect(await other.get('key')).toBe(`${value}!`);
    });

    test.each(['__proto__', 'constructor', '', 'with space', '{a}:{b}', '*', '\0'])(
      'the key %j is a key like any other',
      async key => {
        expect(await store.get(key)).toBeUndefined();
        expect(await store.replace(key, undefined, 'one', 60_000)).toBe(true);
        expect(await store.get(key)).toBe('one');
        expect(await store.get(`${key}?`)).toBeUndefined();
      },
    );

    test('only the value that is expected is replaced', async () => {
      await store.replace('key', undefined, 'one', 60_000);
      expect(await other.replace('key', undefined, 'two', 60_000)).toBe(false);
      expect(await other.replace('key', 'on', 'two', 60_000)).toBe(false);
      expect(await other.replace('key', 'one ', 'two', 60_000)).toBe(false);
      expect(await other.replace('key', '', 'two', 60_000)).toBe(false);
      expect(await store.get('key')).toBe('one');
      expect(await other.replace('key', 'one', 'two', 60_000)).toBe(true);
      expect(await store.get('key')).toBe('two');
    });

    test('a value may be replaced by itself, and only by whoever expects it', async () => {
      await store.replace('key', undefined, 'one', 60_000);
      expect(await store.replace('key', undefined, 'one', 60_000)).toBe(false);
      expect(await store.replace('key', 'one', 'one', 60_000)).toBe(true);
    });

    test('where a value is expected and none is there, none is put', async () => {
      expect(await store.replace('key', 'one', 'two', 60_000)).toBe(false);
      expect(await store.replace('key', '', 'two', 60_000)).toBe(false);
      expect(await store.get('key')).toBeUndefined();
    });

    test('of many who want to be the first, one is', async () => {
      const tries = Array.from({ length: 50 }, (_, index) =>
        (index % 2 ? store : other).replace('key', undefined, `${index}`, 60_000),
      );
      const first = (await Promise.all(tries)).flatMap((did, index) => (did ? [`${index}`] : []));
      expect(first).toHaveLength(1);
      expect(await store.get('key')).toBe(first[0]);
    });

    test('of many who count at once, none is forgotten', async () => {
      const count = async (by: WebhookStore) => {
        for (;;) {
          const now = await by.get('key');
          if (await by.replace('key', now, `${Number(now ?? 0) + 1}`, 60_000)) return;
        }
      };
      await Promise.all(Array.from({ length: 40 }, (_, index) => count(index % 2 ? store : other)));
      expect(await store.get('key')).toBe('40');
    });

    test('a deleted one is gone, and can be put anew', async () => {
      await store.replace('key', undefined, 'one', 60_000);
      await other.delete('key');
      expect(await store.get('key')).toBeUndefined();
      expect(await store.replace('key', undefined, 'two', 60_000)).toBe(true);
    });

    test('deleting what is not there does nothing', async () => {
      await expect(store.delete('nobody')).resolves.toBeUndefined();
    });
  });

  describe('spans of life', () => {
    test('a value is gone when its life is over, and another can be the first', async () => {
      await store.replace('key', undefined, 'one', 300);
      expect(await other.get('key')).toBe('one');
      await under.pass(400);
      expect(await other.get('key')).toBeUndefined();
      expect(await store.replace('key', 'one', 'two', 60_000)).toBe(false);
      expect(await store.replace('key', undefined, 'two', 60_000)).toBe(true);
    });

    test('a replacement begins a new life, longer or shorter', async () => {
      await store.replace('longer', undefined, 'one', 300);
      await store.replace('longer', 'one', 'two', 60_000);
      await store.replace('shorter', undefined, 'one', 60_000);
      await store.replace('shorter', 'one', 'two', 300);
      await under.pass(400);
      expect(await store.get('longer')).toBe('two');
      expect(await store.get('shorter')).toBeUndefined();
    });

    test('a replacement that was refused changes no life', async () => {
      await store.replace('key', undefined, 'one', 300);
      expect(await store.replace('key', 'two', 'three', 60_000)).toBe(false);
      await under.pass(400);
      expect(await store.get('key')).toBeUndefined();
    });

    test('a life of months is no trouble', async () => {
      expect(await store.replace('key', undefined, 'one', 100 * 86_400_000)).toBe(true);
      await under.pass(50);
      expect(await store.get('key')).toBe('one');
    });
  });

  describe('wake-ups', () => {
    test('whoever subscribed is woken, from either process', async () => {
      const [here, there] = [vi.fn(), vi.fn()];
      await store.subscribe('channel', here);
      await other.subscribe('channel', there);
      await store.wake('channel');
      await eventually(() => expect([calls(here), calls(there)]).toEqual([1, 1]));
      await other.wake('channel');
      await eventually(() => expect([calls(here), calls(there)]).toEqual([2, 2]));
    });

    test('nobody is told anything but that they are woken', async () => {
      const woken = vi.fn();
      await store.subscribe('channel', woken);
      await other.wake('channel');
      await eventually(() => expect(calls(woken)).toBe(1));
      expect(woken.mock.calls[0]?.filter(value => value !== undefined)).toEqual([]);
    });

    test('another channel wakes nobody', async () => {
      const woken = vi.fn();
      await store.subscribe('channel', woken);
      await other.wake('channel:1');
      await other.wake('chan*');
      // In order, so that this one comes after the others.
      await other.wake('channel');
      await eventually(() => expect(calls(woken)).toBe(1));
    });

    test('waking a channel that nobody listens to does nothing', async () => {
      await expect(store.wake('channel')).resolves.toBeUndefined();
    });

    test('each of many subscriptions ends alone, the same function being given twice', async () => {
      const [twice, once] = [vi.fn(), vi.fn()];
      const stops = [
        await store.subscribe('channel', twice),
        await store.subscribe('channel', twice),
        await store.subscribe('channel', once),
      ];
      await other.wake('channel');
      await eventually(() => expect([calls(twice), calls(once)]).toEqual([2, 1]));
      await stops[0]?.();
      await other.wake('channel');
      await eventually(() => expect([calls(twice), calls(once)]).toEqual([3, 2]));
      await stops[1]?.();
      await other.wake('channel');
      await eventually(() => expect([calls(twice), calls(once)]).toEqual([3, 3]));
    });

    test('after leaving nobody is woken, and leaving twice takes nobody else along', async () => {
      const [gone, stays] = [vi.fn(), vi.fn()];
      const leave = await store.subscribe('channel', gone);
      await store.subscribe('channel', stays);
      await leave();
      await leave();
      await other.wake('channel');
      await eventually(() => expect(calls(stays)).toBe(1));
      expect(calls(gone)).toBe(0);
    });

    test('a channel can be left and joined again, however fast', async () => {
      const woken = vi.fn();
      for (let round = 1; round <= 20; round++) {
        const leave = await store.subscribe('channel', woken);
        const left = leave();
        const [again] = await Promise.all([store.subscribe('channel', woken), left]);
        await other.wake('channel');
        await eventually(() => expect(calls(woken)).toBe(round));
        await again();
      }
    });

    test('a listener that throws or rejects hurts nobody', async () => {
      const woken = vi.fn();
      await store.subscribe('channel', () => {
        throw new Error('mine');
      });
      await store.subscribe('channel', (async () => {
        throw new Error('mine');
      }) as () => void);
      await store.subscribe('channel', woken);
      await other.wake('channel');
      await other.wake('channel');
      await eventually(() => expect(calls(woken)).toBe(2));
    });

    test('a wake that comes right after subscribing is not missed', async () => {
      for (let round = 0; round < 20; round++) {
        const woken = vi.fn();
        await store.subscribe(`channel ${round}`, woken);
        await other.wake(`channel ${round}`);
        await eventually(() => expect(calls(woken)).toBe(1));
      }
    });
  });

  describe('closing', () => {
    test('wakes nobody any more, and may be done twice', async () => {
      const woken = vi.fn();
      const leave = await store.subscribe('channel', woken);
      await store.close();
      await store.close();
      await leave();
      if (other !== store) {
        const witness = vi.fn();
        await other.subscribe('channel', witness);
        await other.wake('channel');
        await eventually(() => expect(calls(witness)).toBe(1));
      }
      expect(calls(woken)).toBe(0);
    });
  });
}

function calls(listener: ReturnType<typeof vi.fn>): number {
  return listener.mock.calls.length;
}

/** Looks again and again until it holds; under fake timers too, whose time it moves. */
function eventually(check: () => void): Promise<void> {
  return vi.waitFor(check, { interval: 5, timeout: 5_000 });
}
