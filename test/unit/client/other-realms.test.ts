import vm from 'node:vm';
import { A2AClient, AdaptiveClient, bytesOf, isTask, type MessageInput, textOf } from 'a2a-await';
import { createReferenceServer } from 'a2a-await/testing';
import { hmac, verifySignature } from 'a2a-await/webhook';
import { describe, expect, it } from 'vitest';
import { rejection } from '../../support/settling.js';

// Where tests run in jsdom, globals and Node's own values are of different realms; and a bundle may hold a second copy
// of a class.

/** Bytes of another realm: no instance of the Uint8Array that is here. */
const foreign: Uint8Array = vm.runInNewContext('new Uint8Array([104, 105])');
/** As jsdom's own File is to Node's. */
const file = {
  name: 'a.txt',
  type: 'text/plain',
  arrayBuffer: async () => new TextEncoder().encode('hi').buffer,
};

describe('what comes from another realm', () => {
  it.each<[string, MessageInput]>([
    ['bytes', foreign],
    ['bytes in a part', [{ file: foreign }]],
    ['a File', file as unknown as File],
    ['a File in a message', { parts: [{ file: file as unknown as File }] }],
  ])('is sent: %s', async (_, input) => {
    expect(foreign).not.toBeInstanceOf(Uint8Array);
    await using server = createReferenceServer();
    const client = new A2AClient(server.url, { fetch: server.fetch });
    const sent = await client.run(input);
    if (!isTask(sent)) throw new Error('That is no task.');
    const [part] = sent.history[0]?.parts ?? [];
    if (part?.kind !== 'file' || part.raw === undefined) throw new Error('That is no file.');
    expect(new TextDecoder().decode(await bytesOf(part))).toBe('hi');
    await client.close();
  });

  it('is a secret, and a body to verify', async () => {
    expect(() => hmac({ secret: foreign })).not.toThrow();
    const error = await rejection(verifySignature(foreign, 't=1,v1=00', 'secret'));
    expect(error).toMatchObject({ name: 'WebhookVerificationError' });
    const buffer: ArrayBuffer = vm.runInNewContext('new ArrayBuffer(2)');
    expect(await rejection(verifySignature(buffer, 't=1,v1=00', 'secret'))).toMatchObject({
      name: 'WebhookVerificationError',
    });
  });
});

it('a client of another copy of the class is a client', async () => {
  await using server = createReferenceServer();
  const own = new A2AClient(server.url, { fetch: server.fetch });
  // Not an instance of it, as one of a bundle is not.
  const other = new Proxy({} as A2AClient, {
    has: (_, key) => key in own,
    get: (_, key) => {
      const value = Reflect.get(own, key, own);
      return typeof value === 'function' ? value.bind(own) : value;
    },
  });
  expect(other).not.toBeInstanceOf(A2AClient);
  const adaptive = new AdaptiveClient(other);
  expect(textOf(await adaptive.run('hi'))).toBe('You said: hi');
  await adaptive.close();
  await own.close();
});

describe('a mistake in the fetch of an application shows at once', () => {
  it.each([
    ['one that is missing', undefined],
    ['one that calls what is not there', () => (({}) as { log(): void }).log()],
  ])('%s', async (_, broken) => {
    const { fetch } = globalThis;
    globalThis.fetch = broken as unknown as typeof fetch;
    try {
      const client = new A2AClient('http://agent.test/', { endpoint: 'http://agent.test/', dialect: '1.0' });
      const error = await rejection(client.waitForCompletion('t1', { timeout: 10_000 }));
      expect(error).toBeInstanceOf(TypeError);
      await client.close();
    } finally {
      globalThis.fetch = fetch;
    }
  });
});
