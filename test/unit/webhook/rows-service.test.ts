import {
  createWebhookReceiver,
  hmac,
  memoryWebhookStore,
  notificationToken,
  signPayload,
  unsafeNoVerification,
  type WebhookStore,
} from 'a2a-await/webhook';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import {
  base,
  hear,
  inBrowser,
  known,
  post,
  registered,
  settled,
  statusUpdate,
  task,
  tokenOf,
} from './support.js';

// Rows 40 to 46 of what a receiver answers: how it holds out.

const body = statusUpdate('working');

describe('row 40: too many', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  test('is 429 before the body is read, says when to come again, and then lets in', async () => {
    const { receiver, registration, send } = await registered({ limits: { rate: 1, burst: 3 } });
    for (let nth = 0; nth < 3; nth += 1) expect(await send(body)).toBe(204);
    const request = post(registration.url, { body, headers: tokenOf(registration) });
    const response = await receiver.handle(request);
    expect(response.status).toBe(429);
    expect(response.headers.get('retry-after')).toBe('1');
    expect(request.bodyUsed).toBe(false);
    vi.advanceTimersByTime(1_000);
    expect(await send(body)).toBe(204);
    expect(await send(body)).toBe(429);
  });

  test('is 200 at once and 100 a second, if nothing is said', async () => {
    const { send } = await registered();
    for (let nth = 0; nth < 200; nth += 1) expect(await send(body)).toBe(204);
    expect(await send(body)).toBe(429);
    vi.advanceTimersByTime(500);
    for (let nth = 0; nth < 50; nth += 1) expect(await send(body)).toBe(204);
    expect(await send(body)).toBe(429);
  });

  test('is counted for each registration', async () => {
    const { receiver, registration, send } = await registered({ limits: { rate: 1, burst: 1 } });
    const other = await receiver.register();
    expect([await send(body), await send(body)]).toEqual([204, 429]);
    expect((await receiver.handle(post(other.url, { body, headers: tokenOf(other) }))).status).toBe(204);
    expect(registration.url).not.toBe(other.url);
  });

  test('of those who have no secret costs the one who has it nothing', async () => {
    const { send } = await registered({ limits: { rate: 1, burst: 2 } });
    const wrong = () => send(body, { 'x-a2a-notification-token': 'wrong' });
    expect([await wrong(), await wrong(), await wrong(), await wrong()]).toEqual([401, 401, 429, 429]);
    expect(await send(body)).toBe(204);
  });

  test('of those who sign wrongly costs the one who signs rightly nothing', async () => {
    const secret = 'secret';
    const { receiver } = hear({ shared: hmac({ secret }), limits: { rate: 1, burst: 2 } });
    const at = async (nth: number, signature?: string) => {
      const text = JSON.stringify(statusUpdate('working', { text: String(nth) }));
      const headers = { 'x-webhook-signature': signature ?? (await signPayload(text, secret)) };
      return (await receiver.handle(post(base, { body: text, headers }))).status;
    };
    const wrong = `sha256=${'0'.repeat(64)}`;
    expect([await at(1, wrong), await at(2, wrong), await at(3, wrong)]).toEqual([401, 401, 429]);
    expect([await at(1), await at(2), await at(3)]).toEqual([204, 204, 429]);
  });

  test.each<[string, object]>([
    ['a duplicate', body],
    ['out of date', statusUpdate('working', { timestamp: '2025-01-01T00:00:00Z' })],
    ['of no known shape', { hello: 'world' }],
  ])('of what was signed and is %s costs the one who signs nothing', async (_, again) => {
    const secret = 'secret';
    const { receiver } = hear({ shared: hmac({ secret }), limits: { rate: 1, burst: 3 } });
    const at = async (told: object) => {
      const text = JSON.stringify(told);
      const headers = { 'x-webhook-signature': await signPayload(text, secret) };
      return (await receiver.handle(post(base, { body: text, headers }))).status;
    };
    expect(await at(body)).toBe(204);
    expect(await at(statusUpdate('submitted', { timestamp: '2025-01-02T00:00:00Z' }))).toBe(204);
    // A bucket of their own has an end, too.
    const replayed = [await at(again), await at(again), await at(again), await at(again)];
    expect(replayed).toEqual([204, 204, 204, 429]);
    expect(await at(statusUpdate('completed'))).toBe(204);
  });

  test('of those who look for keys that are out of reach is limited', async () => {
    const shared = () => ({ outcome: 'unavailable' as const, headers: [], retryAfter: 60_000 });
    const { receiver } = hear({ shared, limits: { rate: 1, burst: 2 } });
    const at = async () => (await receiver.handle(post(base, { body }))).status;
    expect([await at(), await at(), await at()]).toEqual([503, 503, 429]);
  });

  test('of unknown ids costs nobody else anything', async () => {
    const { receiver, send } = await registered({ limits: { rate: 1, burst: 2 } });
    const unknown = async () => (await receiver.handle(post(`${base}/${'b'.repeat(32)}`, { body }))).status;
    expect([await unknown(), await unknown(), await unknown()]).toEqual([404, 404, 429]);
    expect(await send(body)).toBe(204);
  });
});

describe('row 41: the store is down', () => {
  const failing = (which: Partial<Record<keyof WebhookStore, boolean>>): WebhookStore => {
    const store = memoryWebhookStore();
    const check = (name: keyof WebhookStore) => {
      if (which[name]) throw new Error('The store is down.');
    };
    return {
      ...store,
      async get(...given) {
        check('get');
        return store.get(...given);
      },
      async replace(...given) {
        check('replace');
        return store.replace(...given);
      },
      async wake(...given) {
        check('wake');
        return store.wake(...given);
      },
    };
  };

  test.each(['get', 'replace'] as const)('%s: 503, to come again', async name => {
    const which: Partial<Record<keyof WebhookStore, boolean>> = {};
    const posting = await registered({ store: failing(which) });
    which[name] = true;
    const request = post(posting.registration.url, { body, headers: tokenOf(posting.registration) });
    const response = await posting.receiver.handle(request);
    expect(response.status).toBe(503);
    expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(posting.notifications).toEqual([]);
    expect(posting.failures).toMatchObject([{ during: 'store', error: { message: 'The store is down.' } }]);
    which[name] = false;
    expect(await posting.send(body)).toBe(204);
    expect(posting.notifications).toHaveLength(1);
  });

  test('after it was kept: told and answered as if nothing had failed', async () => {
    const store = memoryWebhookStore();
    let fails = false;
    const posting = await registered({
      store: {
        ...store,
        async replace(...given) {
          const isKept = await store.replace(...given);
          if (fails) throw new Error('No answer.');
          return isKept;
        },
      },
    });
    fails = true;
    const waiting = posting.receiver.wait(posting.registration);
    expect(await posting.send(statusUpdate('completed'))).toBe(204);
    expect(posting.notifications).toHaveLength(1);
    expect(await waiting).toMatchObject({ id: 't-1' });
  });

  test('after it was kept, and then altogether: who waits is woken when it is sent again', async () => {
    const store = memoryWebhookStore();
    let fails = false;
    const posting = await registered({
      store: {
        ...store,
        async get(key) {
          if (fails) throw new Error('Down.');
          return store.get(key);
        },
        async replace(...given) {
          const isKept = await store.replace(...given);
          fails = given[0].startsWith('told') && given[1] === undefined;
          if (fails) throw new Error('No answer.');
          return isKept;
        },
      },
    });
    await posting.registration.bind('t-1');
    const waiting = posting.receiver.wait('t-1');
    await settled();
    expect(await posting.send(statusUpdate('completed'))).toBe(503);
    fails = false;
    const begun = Date.now();
    expect(await posting.send(statusUpdate('completed'))).toBe(204);
    expect(await waiting).toMatchObject({ id: 't-1' });
    expect(Date.now() - begun).toBeLessThan(1_000);
  });

  test('for wakes only: 204, because it is kept', async () => {
    const posting = await registered({ store: failing({ wake: true }) });
    expect(await posting.send(body)).toBe(204);
    expect(posting.failures).toMatchObject([{ during: 'store' }]);
    expect(await known(posting)).toMatchObject({ status: { state: 'working' } });
  });

  test('and hangs: 503 when the time is up', async () => {
    vi.useFakeTimers();
    try {
      const store = memoryWebhookStore();
      const posting = await registered({ store });
      store.get = () => new Promise(() => {});
      const sent = posting.send(body);
      await vi.advanceTimersByTimeAsync(10_000);
      expect(await sent).toBe(503);
      expect(vi.getTimerCount()).toBe(0);
    } finally {
      vi.useRealTimers();
    }
  });

  test('for a verifier that fails: 503, and nobody gets in', async () => {
    const verify = () => Promise.reject(new Error('No keys.'));
    const posting = await registered({ verify });
    expect(await posting.send(body)).toBe(503);
    expect(posting.failures).toMatchObject([{ during: 'verification', error: { message: 'No keys.' } }]);
    expect(posting.notifications).toEqual([]);
  });
});

describe('row 42: a listener that throws or hangs', () => {
  test.each<[string, () => unknown]>([
    [
      'throws',
      () => {
        throw new Error('Mine.');
      },
    ],
    ['rejects', () => Promise.reject(new Error('Mine.'))],
    ['hangs', () => new Promise(() => {})],
  ])('%s: 204, and the others are told', async (how, onNotification) => {
    const posting = await registered({ onNotification });
    posting.receiver.on('notification', onNotification);
    posting.receiver.on('failure', onNotification);
    expect(await posting.send(body)).toBe(204);
    await settled();
    expect(posting.notifications).toHaveLength(1);
    const failures = posting.failures.filter(({ during }) => during === 'listener');
    expect(failures).toHaveLength(how === 'hangs' ? 0 : 2);
    expect(await known(posting)).toMatchObject({ status: { state: 'working' } });
  });

  test('is called after what it is told of is kept, and waitUntil is told of it', async () => {
    const { receiver, registration } = await registered();
    const order: string[] = [];
    let finish = () => {};
    receiver.on('notification', async () => {
      order.push('listener');
      await new Promise<void>(resolve => {
        finish = resolve;
      });
      order.push('listener done');
    });
    const works: Promise<unknown>[] = [];
    const request = post(registration.url, { body, headers: tokenOf(registration) });
    const response = await receiver.handle(request, { waitUntil: work => works.push(work) });
    order.push(String(response.status));
    await settled();
    expect(order.sort()).toEqual(['204', 'listener']);
    expect(works).toHaveLength(1);
    finish();
    await Promise.all(works);
    expect(order).toContain('listener done');
  });

  test('a waitUntil that throws does not undo what is kept', async () => {
    const { receiver, registration, notifications, failures } = await registered();
    const request = post(registration.url, { body, headers: tokenOf(registration) });
    const context = {
      waitUntil() {
        throw new Error('Too late.');
      },
    };
    expect((await receiver.handle(request, context)).status).toBe(204);
    await settled();
    expect(notifications).toHaveLength(1);
    expect(failures).toMatchObject([{ during: 'listener', error: { message: 'Too late.' } }]);
  });

  test('what a listener does to what it is told changes nothing that is kept', async () => {
    const posting = await registered({
      onNotification: ({ task }) => {
        Object.assign(task, { id: 'mine', status: { state: 'failed' } });
      },
    });
    await posting.send(body);
    expect(await known(posting)).toMatchObject({ id: 't-1', status: { state: 'working' } });
  });

  test('may be called once, or no more', async () => {
    const { receiver, send } = await registered();
    const [once, no, all] = [vi.fn(), vi.fn(), vi.fn()];
    receiver.once('notification', once);
    receiver.on('notification', no);
    receiver.on('notification', all);
    receiver.off('notification', no);
    await send(statusUpdate('working', { text: 'one' }));
    await send(statusUpdate('working', { text: 'two' }));
    expect([once, no, all].map(({ mock }) => mock.calls.length)).toEqual([1, 0, 2]);
    expect(() => receiver.on('message' as 'notification', no)).toThrow('"event" must be one of notification');
    expect(() => receiver.on('notification', 7 as never)).toThrow(TypeError);
  });
});

describe('row 43: nobody waits yet', () => {
  test('204, and whoever waits later has it', async () => {
    const { send, receiver, registration } = await registered();
    expect(await send(body)).toBe(204);
    expect(await send(statusUpdate('completed', { text: 'Done.' }))).toBe(204);
    const done = await receiver.wait(registration);
    expect(done).toMatchObject({ id: 't-1', contextId: 'c-1', status: { state: 'completed' } });
    expect(await receiver.wait(registration)).toEqual(done);
  });
});

describe('row 44: headers that say who it is', () => {
  const isIgnored = async (name: string) => {
    const { receiver, registration, send } = await registered();
    expect(await send(body, { [name]: 'evil.example' })).toBe(204);
    const there = post(`${base}/${'c'.repeat(32)}`, {
      body,
      headers: { ...tokenOf(registration), [name]: registration.url },
    });
    expect((await receiver.handle(there)).status).toBe(404);
  };

  test.each(['x-forwarded-host', 'x-forwarded-proto', 'x-forwarded-for', 'forwarded', 'x-original-url'])(
    '%s is ignored',
    isIgnored,
  );

  test.skipIf(inBrowser)('host is ignored (not in browsers: they drop it)', () => isIgnored('host'));
});

describe('row 45: a slash too many', () => {
  test('is 404, and never a redirect', async () => {
    const { receiver, registration } = await registered({ shared: notificationToken('secret') });
    const headers = tokenOf(registration);
    const { id, url } = registration;
    const others = [`${url}/`, `${base}//${id}`, `${base}/`, `https://app.example//hooks/a2a/${id}`];
    for (const other of [...others, 'https://app.example//hooks/a2a']) {
      const response = await receiver.handle(post(other, { body, headers }));
      expect([other, response.status]).toEqual([other, 404]);
      expect(response.headers.get('location')).toBe(null);
    }
    expect((await receiver.handle(post(url, { body, headers }))).status).toBe(204);
  });
});

describe('row 46: a flood of ids', () => {
  test('of deliveries is 204 within the rate, and bounded', async () => {
    let longest = 0;
    const store = memoryWebhookStore();
    const watched: WebhookStore = {
      ...store,
      replace(key, expected, value, life) {
        longest = Math.max(longest, value.length);
        return store.replace(key, expected, value, life);
      },
    };
    const { send } = await registered({ store: watched, limits: { rate: 10_000, burst: 10_000 } });
    for (let nth = 0; nth < 2_000; nth += 1) {
      const told = statusUpdate('working', { text: String(nth) });
      expect(await send(told, { 'webhook-id': `id-${nth}` })).toBe(204);
    }
    expect(longest).toBeLessThan(8_192);
  });

  test('of tasks drops none that was registered, and is bounded', async () => {
    const store = memoryWebhookStore({ maxEntries: 100 });
    const options = { store, shared: unsafeNoVerification(), limits: { rate: 10_000, burst: 10_000 } };
    const { receiver, send } = await registered(options);
    for (let nth = 0; nth < 1_000; nth += 1) {
      const flood = post(base, { body: statusUpdate('working', { taskId: `t-${nth}` }) });
      expect((await receiver.handle(flood)).status).toBe(204);
    }
    expect(await send(body)).toBe(204);
  });

  test.each([
    ['of many tasks', { maxEntries: 50 }, 200, 1],
    ['of large tasks', { maxBytes: 400_000 }, 20, 30_000],
    ['of a task too large', { maxBytes: 400_000 }, 2, 300_000],
  ])('%s, of one registration, leaves another as it was', async (_, limits, count, length) => {
    vi.useFakeTimers();
    try {
      const store = memoryWebhookStore(limits);
      const { receiver, registration, send } = await registered({ store });
      await registration.bind('t-1');
      await send(statusUpdate('completed'));
      vi.advanceTimersByTime(13 * 3_600_000);
      // What is told here lives longer than the other registration.
      const many = await receiver.register({ tasks: 'many', life: 7 * 86_400_000 });
      const artifacts = [{ artifactId: 'a-1', parts: [{ text: 'x'.repeat(length) }] }];
      for (let nth = 0; nth < count; nth += 1) {
        const told = task('working', { id: `m-${nth}`, artifacts });
        await receiver.handle(post(many.url, { body: told, headers: tokenOf(many) }));
      }
      expect(await receiver.wait('t-1')).toMatchObject({ status: { state: 'completed' } });
      expect(await send(statusUpdate('completed'))).toBe(204);
    } finally {
      vi.useRealTimers();
    }
  });

  test('of tasks at a registration for many is bounded', async () => {
    const { send, receiver, registration } = await registered(
      { limits: { rate: 10_000, burst: 10_000 } },
      'many',
    );
    await registration.bind('first');
    for (let nth = 0; nth < 1_200; nth += 1) {
      expect(await send(statusUpdate('working', { taskId: `t-${nth}` }))).toBe(204);
    }
    await send(statusUpdate('completed', { taskId: 'first' }));
    expect(await receiver.wait('first')).toMatchObject({ id: 'first' });
  });
});

describe('a receiver', () => {
  test.each<[string, object]>([
    ['url', {}],
    ['url', { url: 'http://app.example/' }],
    ['url', { url: 'https://app.example/?a=b' }],
    ['url', { url: 'https://user:password@app.example/' }],
    ['url', { url: 'nonsense' }],
    ['url', { url: 'ftp://127.0.0.1/' }],
    ['shared', { url: base, shared: 'secret' }],
    ['verify', { url: base, verify: true }],
    ['onNotification', { url: base, onNotification: 'log' }],
    ['get', { url: base, store: {} }],
    ['limits.rate', { url: base, limits: { rate: 0 } }],
    ['limits.bodyBytes', { url: base, limits: { bodyBytes: Number.NaN } }],
  ])('whose %s cannot be right is a TypeError: %j', (name, options) => {
    expect(() => createWebhookReceiver(options as { url: string })).toThrow(`"${name}" must be`);
  });

  test.each<[string, object]>([
    ['https, or http for localhost', { url: 'http://user:pa55word@app.example/' }],
    ['without a query', { url: 'https://user:pa55word@app.example/' }],
    ['without a query', { url: 'https://app.example/?key=pa55word' }],
    ['a function', { url: base, shared: 'pa55word' }],
    ['a function', { url: base, verify: 'pa55word' }],
  ])('that cannot be right is told what must be %s, without what may be a secret', (what, options) => {
    const make = () => createWebhookReceiver(options as { url: string });
    expect(make).toThrow(what);
    expect(make).not.toThrow('pa55word');
  });

  test.each(['https://app.example', 'http://127.0.0.1:3000/a', 'http://localhost/', 'http://[::1]:1/x/'])(
    'may have the url %s',
    async url => {
      const receiver = createWebhookReceiver({ url });
      const registration = await receiver.register();
      expect(registration.url).toBe(`${new URL(url).href.replace(/\/$/, '')}/${registration.id}`);
      const request = post(registration.url, { body, headers: tokenOf(registration) });
      expect((await receiver.handle(request)).status).toBe(204);
    },
  );

  test('at the root of a host may be shared', async () => {
    const receiver = createWebhookReceiver({ url: 'https://app.example/', shared: unsafeNoVerification() });
    expect((await receiver.handle(post('https://app.example/', { body }))).status).toBe(204);
    expect((await receiver.handle(post('https://app.example/x/', { body }))).status).toBe(404);
  });

  test('that is closed answers 503 and ends what waits', async () => {
    const { receiver, registration, send } = await registered();
    const waiting = receiver.wait(registration);
    waiting.catch(() => {});
    await settled();
    await receiver.close();
    await receiver.close();
    await expect(waiting).rejects.toMatchObject({ name: 'AbortError' });
    await expect(receiver.wait(registration)).rejects.toThrow('closed');
    await expect(receiver.register()).rejects.toMatchObject({ code: 'closed' });
    expect(await send(body)).toBe(503);
  });

  test('register refuses what cannot be right', async () => {
    const { receiver } = hear();
    await expect(receiver.register({ life: 0 })).rejects.toThrow('"life" must be');
    await expect(receiver.register({ life: Number.NaN })).rejects.toThrow('"life" must be');
    await expect(receiver.register({ life: 1e300 })).rejects.toThrow('"life" must be');
    await expect(receiver.register({ tasks: 'two' as 'one' })).rejects.toThrow('"tasks" must be');
  });
});
