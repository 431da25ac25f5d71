import { createHash } from 'node:crypto';
import { inspect } from 'node:util';
import { A2AError } from 'a2a-await';
import { type RedisClient, redisWebhookStore, WebhookStoreError } from 'a2a-await/redis';
import { describe, expect, test, vi } from 'vitest';
import { replaceScript, replaceSha } from '../../../src/redis/replace.js';
import { FakeRedis } from '../../support/fake-redis.js';
import { expectNoUnhandledRejections } from '../../support/unhandled.js';

expectNoUnhandledRejections();

describe('what cannot be right is a TypeError that names it', () => {
  const client = new FakeRedis();
  const anything = (value: unknown) => value as never;

  test.each([
    ['"client"', () => redisWebhookStore(anything(undefined))],
    ['"client"', () => redisWebhookStore(anything('redis://127.0.0.1'))],
    ['"client"', () => redisWebhookStore(anything({}))],
    ['"prefix"', () => redisWebhookStore(client, { prefix: anything(7) })],
    ['"prefix"', () => redisWebhookStore(client, { prefix: anything(null) })],
    ['"timeout"', () => redisWebhookStore(client, { timeout: Number.NaN })],
    ['"timeout"', () => redisWebhookStore(client, { timeout: -1 })],
    ['"timeout"', () => redisWebhookStore(client, { timeout: Number.POSITIVE_INFINITY })],
    ['"timeout"', () => redisWebhookStore(client, { timeout: anything('2000') })],
    ['"subscriber"', () => redisWebhookStore(client, { subscriber: anything({}) })],
    ['"subscriber"', () => redisWebhookStore(client, { subscriber: anything(null) })],
    ['"subscriber"', () => redisWebhookStore(client, { subscriber: client })],
    // It can neither subscribe nor be copied, and no other is given.
    ['"subscriber"', () => redisWebhookStore({ sendCommand: async () => null })],
  ])('%s in case %#', (name, make) => {
    expect(make).toThrow(TypeError);
    expect(make).toThrow(name);
  });

  test.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY, 1e19, '60000'])('a life of %s', async life => {
    const step = redisWebhookStore(client).replace('key', undefined, 'one', anything(life));
    await expect(step).rejects.toThrow(/"life" must be/u);
    await expect(step).rejects.toThrow(TypeError);
  });

  test('a url given in place of a client is not in the message', () => {
    const url = 'redis://:password@127.0.0.1';
    for (const make of [
      () => redisWebhookStore(anything(url)),
      () => redisWebhookStore(client, { subscriber: anything(url) }),
    ]) {
      expect(make).toThrow(/^(?!.*password).*not 'string'/s);
    }
  });

  test('unknown options are ignored', () => {
    expect(() => redisWebhookStore(client, { unknown: 1 } as object)).not.toThrow();
  });
});

describe('the script', () => {
  test('is known to Redis by its SHA-1', () => {
    expect(replaceSha).toBe(createHash('sha1').update(replaceScript).digest('hex'));
  });

  test('is sent in full only to a Redis that does not know it', async () => {
    const client = new FakeRedis();
    const store = redisWebhookStore(client);
    await store.replace('key', undefined, 'one', 1.2);
    client.answer = ([name]) =>
      name === 'EVALSHA' ? Promise.reject(new Error('NOSCRIPT No matching script.')) : undefined;
    expect(await store.replace('key', 'one', 'two', 60_000)).toBe(true);
    const mark = expect.stringMatching(/^.{36}$/);
    expect(client.commands).toEqual([
      ['EVALSHA', replaceSha, '1', 'a2a-await:key', mark, 'one', '2'],
      ['EVALSHA', replaceSha, '1', 'a2a-await:key', mark, 'two', '60000', 'one'],
      ['EVAL', replaceScript, '1', 'a2a-await:key', mark, 'two', '60000', 'one'],
    ]);
  });

  test('is not sent again for another failure', async () => {
    const client = new FakeRedis();
    client.answer = () =>
      Promise.reject(new Error('READONLY You can not write against a read only replica.'));
    const step = redisWebhookStore(client).replace('key', undefined, 'one', 60_000);
    await expect(step).rejects.toThrow('The webhook store could not replace a value: READONLY');
    expect(client.commands).toHaveLength(1);
  });
});

describe('replies', () => {
  test.each([
    ['text', 'x'.repeat(36)],
    ['bytes', new TextEncoder().encode('x'.repeat(36))],
  ])('of %s are read', async (_, mark) => {
    const client = new FakeRedis();
    const value = typeof mark === 'string' ? `${mark}Grüße` : Buffer.concat([mark, Buffer.from('Grüße')]);
    client.answer = async () => value;
    expect(await redisWebhookStore(client).get('key')).toBe('Grüße');
  });

  test.each([1, 1n, '1'])('of %s mean that it did', async reply => {
    const client = new FakeRedis();
    client.answer = async () => reply;
    expect(await redisWebhookStore(client).replace('key', undefined, 'one', 60_000)).toBe(true);
  });
});

describe('any client with sendCommand', () => {
  test('will do, with a connection for the wake-ups', async () => {
    const redis = new FakeRedis();
    const client: RedisClient = { sendCommand: args => redis.sendCommand(args) };
    const store = redisWebhookStore(client, { subscriber: redis.duplicate() });
    const woken = vi.fn();
    await store.subscribe('channel', woken);
    await store.replace('key', undefined, 'one', 60_000);
    await store.wake('channel');
    expect(await store.get('key')).toBe('one');
    expect(woken.mock.calls).toEqual([[undefined]]);
    await store.close();
  });

  test('gets a signal that fires when the time is up', async () => {
    let signal: AbortSignal | undefined;
    const client: RedisClient = {
      sendCommand: (_, options) => {
        signal = options?.abortSignal;
        return new Promise(() => {});
      },
    };
    const store = redisWebhookStore(client, { timeout: 10, subscriber: new FakeRedis() });
    await expect(store.get('key')).rejects.toThrow('within 10 ms');
    expect(signal?.aborted).toBe(true);
  });

  test('may throw at once', async () => {
    const client: RedisClient = {
      sendCommand: () => {
        throw new Error('Not connected.');
      },
    };
    const store = redisWebhookStore(client, { subscriber: new FakeRedis() });
    await expect(store.get('key')).rejects.toThrow(
      'The webhook store could not read a value: Not connected.',
    );
  });
});

describe('a failure', () => {
  async function failureOf(thrown: unknown): Promise<WebhookStoreError> {
    const client = new FakeRedis();
    client.answer = () => Promise.reject(thrown);
    return redisWebhookStore(client)
      .get('secret')
      .then(String, error => error);
  }

  test('is an A2AError with the name, the words and the code of what was thrown', async () => {
    const thrown = Object.assign(new RangeError('connect ECONNREFUSED 127.0.0.1:6379'), {
      code: 'ECONNREFUSED',
    });
    const failure = await failureOf(thrown);
    expect(failure).toBeInstanceOf(A2AError);
    expect(failure).toMatchObject({
      name: 'WebhookStoreError',
      code: 'store-failed',
      message: 'The webhook store could not read a value: connect ECONNREFUSED 127.0.0.1:6379.',
      cause: { name: 'RangeError', message: 'connect ECONNREFUSED 127.0.0.1:6379', code: 'ECONNREFUSED' },
    });
  });

  test.each([
    ['the command', Object.assign(new Error('WRONGPASS'), { command: { name: 'auth', args: ['secret'] } })],
    ['the url', new Error('Invalid URL redis://user:secret@host:6379/0')],
    ['the url, with an @ in the password', new Error('Cannot use redis://user:se@secret@host')],
    ['the arguments', new Error(`ERR unknown command 'GET', with args beginning with: 'secret' 'more'`)],
    ['the input', Object.assign(new TypeError('Invalid URL'), { input: 'redis://:secret@host' })],
    ['a cause', new Error('Lost.', { cause: new Error('secret') })],
    ['many errors', new AggregateError([new Error('secret')], '')],
  ])('leaves out %s', async (_, thrown) => {
    const failure = await failureOf(thrown);
    expect(failure.code).toBe('store-failed');
    expect(inspect(failure, { depth: 20, showHidden: true })).not.toContain('secret');
  });

  test('says why a script failed, and not where in it', async () => {
    const why = "OOM command not allowed when used memory > 'maxmemory'.";
    const failure = await failureOf(new Error(`${why} script: 289f2681, on @user_script:5.`));
    expect(failure.message).toBe(`The webhook store could not read a value: ${why}`);
  });

  test.each([[undefined], [null], ['a string'], [{}], [new Error('')]])(
    'that is no proper error, such as %s, is told all the same',
    async thrown => {
      expect((await failureOf(thrown)).message).toMatch(
        /^The webhook store could not read a value: (no reason given|Error)\.$/,
      );
    },
  );
});

describe('the connection for the wake-ups', () => {
  test('that cannot be made is a failure, and the next subscription tries anew', async () => {
    const client = new FakeRedis();
    const copies: FakeRedis[] = [];
    client.duplicate = () => {
      const copy = new FakeRedis();
      if (copies.length === 0) copy.connect = () => Promise.reject(new Error('No route.'));
      copies.push(copy);
      return copy;
    };
    const store = redisWebhookStore(client);
    await expect(store.subscribe('channel', () => {})).rejects.toThrow('subscribe to a channel: No route.');
    await expect(store.subscribe('channel', () => {})).resolves.toBeTypeOf('function');
    expect(copies).toHaveLength(2);
    await store.close();
  });

  test('that cannot even be copied is a failure', async () => {
    const client = new FakeRedis();
    client.duplicate = () => {
      throw new Error('Too many.');
    };
    await expect(redisWebhookStore(client).subscribe('channel', () => {})).rejects.toThrow(WebhookStoreError);
  });

  test('has one listener for errors, so that none ends the process', async () => {
    const client = new FakeRedis();
    const copy = new FakeRedis();
    client.duplicate = () => copy;
    const store = redisWebhookStore(client);
    await store.subscribe('channel', () => {});
    await store.subscribe('another', () => {});
    expect(copy.listenerCount('error')).toBe(1);
    expect(client.listenerCount('error')).toBe(0);
    await store.close();
  });

  test('while it hangs, whoever gives up and comes back joins the subscription that is under way', async () => {
    const client = new FakeRedis();
    const copy = new FakeRedis();
    client.duplicate = () => copy;
    let confirm = () => {};
    const joining = vi.fn(
      () =>
        new Promise<void>(resolve => {
          confirm = resolve;
        }),
    );
    const leaving = vi.spyOn(copy, 'unsubscribe');
    copy.subscribe = joining;
    const store = redisWebhookStore(client, { timeout: 20 });
    for (let round = 0; round < 3; round++) {
      await expect(store.subscribe('channel', () => {})).rejects.toThrow('within 20 ms');
    }
    expect(joining).toHaveBeenCalledTimes(1);
    expect(leaving).not.toHaveBeenCalled();
    confirm();
    await vi.waitFor(() => expect(leaving).toHaveBeenCalledTimes(1));
    await store.close();
  });
});
