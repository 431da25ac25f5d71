import type { Dialect } from 'a2a-await';
import { describe, expect, it } from 'vitest';
import { cardUrlsOf, isCardUrl, resolveEndpoint } from '../../../src/client/card-url.js';

describe('where a card may lie', () => {
  it.each([
    ['https://a.test', 'https://a.test/.well-known/'],
    ['https://a.test/', 'https://a.test/.well-known/'],
    ['https://a.test/team/one', 'https://a.test/team/one/.well-known/'],
    ['https://a.test/team/one/', 'https://a.test/team/one/.well-known/'],
  ])('for %s is %s, first by the new name and then by the old one', (base, folder) => {
    expect(cardUrlsOf(new URL(base)).map(String)).toEqual([
      `${folder}agent-card.json`,
      `${folder}agent.json`,
    ]);
  });

  it('keeps a query, which may hold a key', () => {
    expect(cardUrlsOf(new URL('https://a.test/x?key=1')).map(url => url.search)).toEqual([
      '?key=1',
      '?key=1',
    ]);
  });

  it.each([
    ['https://a.test/.well-known/agent.json', true],
    ['https://a.test/cards/one.json', true],
    ['https://a.test/x/.well-known/agent-card', true],
    ['https://a.test/', false],
    ['https://a.test/json', false],
    ['https://a.test/rpc?x=.json', false],
  ])('is %s itself: %s', (url, isCard) => {
    expect(isCardUrl(new URL(url))).toBe(isCard);
  });
});

describe('where the url of a card really leads', () => {
  const resolve = (
    url: string,
    location: string | undefined,
    dialect: Dialect = '1.0',
    trusted: string[] = [],
  ) =>
    resolveEndpoint(
      { url, dialect, binding: 'JSONRPC', ask: false },
      location ? new URL(location) : undefined,
      candidate => trusted.includes(candidate.origin),
    ).href;
  const publicCard = 'https://a.test/.well-known/agent-card.json';
  const localCard = 'http://127.0.0.1:9000/.well-known/agent-card.json';

  it.each([
    ['to where it says', 'https://rpc.test/v1', publicCard, 'https://rpc.test/v1'],
    ['to where it says, relative to the card', '/v1?x=1', publicCard, 'https://a.test/v1?x=1'],
    [
      "to the card's own origin instead of localhost",
      'http://localhost:8000/rpc',
      publicCard,
      'https://a.test/rpc',
    ],
    [
      "to the card's own origin, also by a path that looks like another host",
      'http://localhost//10.0.0.5/admin',
      publicCard,
      'https://a.test//10.0.0.5/admin',
    ],
    [
      "to the card's own origin instead of 0.0.0.0",
      'http://0.0.0.0:8000/rpc?x=1',
      publicCard,
      'https://a.test/rpc?x=1',
    ],
    ["to the card's own origin instead of [::1]", 'http://[::1]:8000/rpc', publicCard, 'https://a.test/rpc'],
    [
      'to localhost where the card came from there',
      'http://localhost:8000/rpc',
      localCard,
      'http://localhost:8000/rpc',
    ],
    [
      'to this machine instead of 0.0.0.0, on the port it says',
      'http://0.0.0.0:8000/rpc',
      localCard,
      'http://127.0.0.1:8000/rpc',
    ],
    [
      'into the private network it came from',
      'http://10.0.0.9/rpc',
      'http://10.0.0.5/.well-known/agent-card.json',
      'http://10.0.0.9/rpc',
    ],
    ['into a private network, from this machine', 'http://10.0.0.9/rpc', localCard, 'http://10.0.0.9/rpc'],
  ])('is %s', (_, url, location, endpoint) => {
    expect(resolve(url, location)).toBe(endpoint);
  });

  it.each([
    ['http://localhost:8000/a2a', 'https://a.test/.well-known/agent.json', 'https://a.test/a2a'],
    ['http://localhost:8000/a2a', 'https://a.test/team/.well-known/agent.json', 'https://a.test/team/a2a'],
    [
      'http://localhost:8000/a2a',
      'http://127.0.0.1:9000/x/.well-known/agent.json',
      'http://127.0.0.1:9000/x/a2a',
    ],
    ['https://real.test/a2a', 'https://a.test/.well-known/agent.json', 'https://real.test/a2a'],
  ])("is for PraisonAI's %s, found at %s: %s", (url, location, endpoint) => {
    expect(resolve(url, location, 'praison')).toBe(endpoint);
  });

  it.each([
    'http://10.0.0.1/',
    'http://169.254.169.254/latest',
    'http://192.168.1.1/',
    'http://[fd00::1]/',
    'http://[::ffff:10.0.0.1]/',
    'http://[::ffff:7f00:1]:6379/',
    'http://167772161/',
  ])('is refused: %s, from a public card', url => {
    expect(() => resolve(url, publicCard)).toThrow(/private network.*trustedOrigins/);
  });

  it('may be private where the application trusts it', () => {
    expect(resolve('http://10.0.0.1:8080/rpc', publicCard, '1.0', ['http://10.0.0.1:8080'])).toBe(
      'http://10.0.0.1:8080/rpc',
    );
  });

  it.each([
    'ftp://a.test/',
    'file:///etc/passwd',
    'javascript:alert(1)',
    'https://user:pass@a.test/',
    'http://',
    'data:text/plain,x',
  ])('is refused: %s cannot be called', url => {
    expect(() => resolve(url, publicCard)).toThrow(expect.objectContaining({ name: 'ResponseFormatError' }));
  });

  it('is taken at its word where the application brought the card', () => {
    expect(resolve('http://localhost:8000/rpc', undefined)).toBe('http://localhost:8000/rpc');
  });
});
