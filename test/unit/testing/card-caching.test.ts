import { A2AClient } from 'a2a-await';
import { createReferenceServer, type ReferenceServer, type ReferenceServerOptions } from 'a2a-await/testing';
import { afterEach, describe, expect, it, vi } from 'vitest';

/** The card, for whoever has one with this tag. */
function askFor(server: ReferenceServer, etag?: string): Promise<Response> {
  return server.fetch(server.cardUrl, { headers: etag === undefined ? {} : { 'if-none-match': etag } });
}

async function tagOf(server: ReferenceServer): Promise<string> {
  return (await askFor(server)).headers.get('etag') ?? '';
}

async function p256() {
  return crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign', 'verify']);
}

describe.each(['1.0', '0.3', 'praison'] as const)('the card of %s', dialect => {
  it('may be kept for an hour, or as long as the option says', async () => {
    await using usual = createReferenceServer({ dialect });
    expect((await askFor(usual)).headers.get('cache-control')).toBe('max-age=3600');
    await using brief = createReferenceServer({ dialect, cardMaxAge: 0 });
    expect((await askFor(brief)).headers.get('cache-control')).toBe('max-age=0');
  });

  it('is not sent to whoever has it, among others or by a weak tag', async () => {
    await using server = createReferenceServer({ dialect });
    const etag = await tagOf(server);
    for (const known of [etag, `W/${etag}`, `"other", ${etag}`, `"other",${etag}`, '*']) {
      const response = await askFor(server, known);
      expect([response.status, await response.text(), response.headers.get('etag')], known).toEqual([
        304,
        '',
        etag,
      ]);
      expect(response.headers.get('cache-control')).toBe('max-age=3600');
    }
    for (const other of ['"other"', '', etag.slice(1, -1)]) {
      expect((await askFor(server, other)).status, other).toBe(200);
    }
  });

  it('has another tag where it says something else', async () => {
    await using server = createReferenceServer({ dialect });
    const etag = await tagOf(server);
    server.use({ card: card => ({ ...card, name: 'Ada' }) });
    expect((await askFor(server, etag)).status).toBe(200);
    server.use({ card: undefined });
    expect((await askFor(server, etag)).status).toBe(304);
  });

  it('has the same tag again with the same signature', async () => {
    const { privateKey } = await p256();
    await using server = createReferenceServer({ dialect, signCard: { privateKey, kid: 'key-1' } });
    const etag = await tagOf(server);
    expect((await askFor(server, etag)).status).toBe(304);
    await using other = createReferenceServer({ dialect });
    expect(await tagOf(other)).not.toBe(etag);
  });
});

it.each<[ReferenceServerOptions['profile'], string | null]>([
  ['python-1.1', null],
  ['python-0.3', null],
  ['js-1.3', 'public, max-age=3600'],
  ['js-0.3', null],
  ['praison', null],
])('the profile %s tells caches %s, unless the option does', async (profile, expected) => {
  await using server = createReferenceServer({ profile });
  expect((await askFor(server)).headers.get('cache-control')).toBe(expected);
  await using asked = createReferenceServer({ profile, cardMaxAge: 60 });
  expect((await askFor(asked)).headers.get('cache-control')).toMatch(/(^|, )max-age=60$/);
});

it('the card was last modified when the server began, by its own clock', async () => {
  const time = Date.UTC(2030, 0, 2, 3, 4, 5);
  await using server = createReferenceServer({ clock: () => time });
  expect((await askFor(server)).headers.get('last-modified')).toBe('Wed, 02 Jan 2030 03:04:05 GMT');
});

describe('our client', () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  it('keeps the card as long as it may, and then asks whether it is still the one', async () => {
    vi.useFakeTimers();
    await using server = createReferenceServer({ cardMaxAge: 60 });
    const client = new A2AClient(server.url, { fetch: server.fetch });
    const card = await client.getAgentCard();
    const before = server.requests.length;
    await client.getAgentCard();
    expect(server.requests).toHaveLength(before);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(await client.getAgentCard()).toBe(card);
    expect(server.requests.at(-1)?.headers).toHaveProperty('if-none-match');
    server.use({ card: plain => ({ ...plain, name: 'Ada' }) });
    await vi.advanceTimersByTimeAsync(60_000);
    expect((await client.getAgentCard()).name).toBe('Ada');
    await client.close();
  });
});

it.each([-1, 1.5, Number.NaN, '60'])('a cardMaxAge of %s is refused', cardMaxAge => {
  const create = () => createReferenceServer({ cardMaxAge: cardMaxAge as number });
  expect(create).toThrow(/^cardMaxAge /);
});
