import { memoryWebhookStore } from 'a2a-await/webhook';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';

describe('memoryWebhookStore', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => {
    expect(vi.getTimerCount()).toBe(0);
    vi.useRealTimers();
  });

  test('replaces only what is expected', async () => {
    const store = memoryWebhookStore();
    expect(await store.get('k')).toBeUndefined();
    expect(await store.replace('k', 'a', 'b', 1_000)).toBe(false);
    expect(await store.replace('k', undefined, 'a', 1_000)).toBe(true);
    expect(await store.replace('k', undefined, 'b', 1_000)).toBe(false);
    expect(await store.replace('k', 'a', 'b', 1_000)).toBe(true);
    expect(await store.get('k')).toBe('b');
    await store.delete('k');
    await store.delete('k');
    expect(await store.get('k')).toBeUndefined();
  });

  test('one of many who replace the same at once wins', async () => {
    const store = memoryWebhookStore();
    const all = await Promise.all(
      Array.from({ length: 20 }, (_, nth) => store.replace('k', undefined, String(nth), 1_000)),
    );
    expect(all.filter(Boolean)).toHaveLength(1);
  });

  test('forgets what has expired, and a life begins anew with each replacement', async () => {
    const store = memoryWebhookStore();
    await store.replace('k', undefined, 'a', 1_000);
    vi.advanceTimersByTime(999);
    expect(await store.replace('k', 'a', 'b', 1_000)).toBe(true);
    vi.advanceTimersByTime(999);
    expect(await store.get('k')).toBe('b');
    vi.advanceTimersByTime(1);
    expect(await store.get('k')).toBeUndefined();
    expect(await store.replace('k', 'b', 'c', 1_000)).toBe(false);
    expect(await store.replace('k', undefined, 'c', 1_000)).toBe(true);
  });

  test('holds no more entries than it may, and lets go first what would go first', async () => {
    const store = memoryWebhookStore({ maxEntries: 10 });
    await store.replace('long', undefined, 'a', 1_000_000);
    for (let nth = 0; nth < 100; nth += 1) await store.replace(`k${nth}`, undefined, 'a', 1_000 + nth);
    const left = [];
    for (let nth = 0; nth < 100; nth += 1) if (await store.get(`k${nth}`)) left.push(nth);
    expect(left.length).toBeLessThanOrEqual(10);
    expect(left.at(-1)).toBe(99);
    expect(await store.get('long')).toBe('a');
  });

  test('holds no more bytes than it may', async () => {
    const store = memoryWebhookStore({ maxBytes: 10_000 });
    for (let nth = 0; nth < 10; nth += 1)
      await store.replace(`k${nth}`, undefined, 'x'.repeat(1_000), 1_000 + nth);
    const left = [];
    for (let nth = 0; nth < 10; nth += 1) if (await store.get(`k${nth}`)) left.push(nth);
    expect(left.length).toBeLessThan(5);
    expect(left.at(-1)).toBe(9);
  });

  test('refuses what there is no room for, and keeps what was there', async () => {
    const store = memoryWebhookStore({ maxBytes: 10_000 });
    await store.replace('k', undefined, 'a', 1_000);
    await store.replace('other', undefined, 'b', 1_000);
    const huge = 'x'.repeat(100_000);
    for (const key of ['k', 'new']) {
      const refused = store.replace(key, await store.get(key), huge, 1_000_000);
      await expect(refused).rejects.toMatchObject({ code: 'webhook-store' });
    }
    expect(await Promise.all(['k', 'other', 'new'].map(key => store.get(key)))).toEqual([
      'a',
      'b',
      undefined,
    ]);
  });

  test.each<[string, object, number, string]>([
    ['many entries', { maxEntries: 20 }, 100, 'a'],
    ['large entries', { maxBytes: 40_000 }, 20, 'a'.repeat(2_000)],
    ['entries that are too large', { maxBytes: 4_000 }, 3, 'a'.repeat(1_500)],
  ])('%s of one owner push out nothing of the others', async (_, limits, count, value) => {
    const store = memoryWebhookStore(limits);
    const theirs = ['registration:b', 'bound:t', 'told:b:t'];
    for (const key of theirs) await store.replace(key, undefined, 'b', 1_000);
    await store.replace('registration:a', undefined, 'a', 1_000_000);
    for (let nth = 0; nth < count; nth += 1) {
      await store.replace(`told:a:${nth}`, undefined, value, 500_000).catch(() => {});
    }
    expect(await Promise.all(theirs.map(key => store.get(key)))).toEqual(['b', 'b', 'b']);
    expect(await store.get('registration:a')).toBe('a');
    if (count > 3) expect(await store.get(`told:a:${count - 1}`)).toBe(value);
  });

  test.each(['t', 'urn:task:', 'bound:'])(
    'tasks called %s… are the registrations’ that are bound to them',
    async prefix => {
      const store = memoryWebhookStore({ maxEntries: 60 });
      const theirs: string[] = [];
      for (let nth = 0; nth < 10; nth += 1) {
        await store.replace(`registration:${nth}`, undefined, 'a', 1_000);
        await store.replace(`bound:${prefix}${nth}`, undefined, String(nth), 1_000);
        theirs.push(`bound:${prefix}${nth}`);
      }
      for (let nth = 0; nth < 200; nth += 1) await store.replace(`told:a:${nth}`, undefined, 'a', 500_000);
      const left = await Promise.all(theirs.map(key => store.get(key)));
      expect(left).toEqual(theirs.map((_, nth) => String(nth)));
    },
  );

  test('lets go of what has expired before anything else', async () => {
    const store = memoryWebhookStore({ maxEntries: 10 });
    for (let nth = 0; nth < 5; nth += 1) await store.replace(`told:a:${nth}`, undefined, 'a', 60_000);
    for (let nth = 0; nth < 5; nth += 1) await store.replace(`told:${nth}:t`, undefined, 'a', 1_000);
    vi.advanceTimersByTime(1_000);
    await store.replace('told:b:t', undefined, 'a', 60_000);
    for (let nth = 0; nth < 5; nth += 1) expect(await store.get(`told:a:${nth}`)).toBe('a');
  });

  test('full of what many have once, lets go first what would go first', async () => {
    const store = memoryWebhookStore({ maxEntries: 10 });
    for (let nth = 0; nth < 30; nth += 1) {
      await store.replace(`registration:${nth}`, undefined, 'a'.repeat(nth), 1_000 + nth);
    }
    expect(await store.get('registration:29')).toBeDefined();
    await store.replace('registration:short', undefined, 'a', 1);
    expect(await store.get('registration:short')).toBe('a');
    await store.replace('registration:next', undefined, 'a', 1);
    expect(await store.get('registration:29')).toBeDefined();
  });

  test('wakes those who subscribed, until they leave', async () => {
    const store = memoryWebhookStore();
    const [one, other] = [vi.fn(), vi.fn()];
    const leave = await store.subscribe('c', one);
    await store.subscribe('c', one);
    await store.subscribe('d', other);
    await store.wake('c');
    expect([one.mock.calls.length, other.mock.calls.length]).toEqual([2, 0]);
    await leave();
    await leave();
    await store.wake('c');
    await store.wake('nobody');
    expect(one).toHaveBeenCalledTimes(3);
    await store.close();
    await store.wake('c');
    expect(one).toHaveBeenCalledTimes(3);
  });

  test.each([{ maxEntries: 1 }, { maxEntries: 1.5 }, { maxBytes: -1 }])('refuses %j', options => {
    expect(() => memoryWebhookStore(options)).toThrow(TypeError);
  });
});
