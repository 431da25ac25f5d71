import { A2AClient, type A2AClientOptions } from 'a2a-await';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { json, type RpcReply, type RpcRequest, result, rpcError, rpcFetch } from '../support/rpc-fetch.js';
import { rejection } from '../support/settling.js';

const minute = 60_000;
const cardOf = (name: string, more: object = {}) => ({
  name,
  version: '1',
  supportedInterfaces: [
    { url: `https://agent.test/${name}`, protocolBinding: 'JSONRPC', protocolVersion: '1.0' },
  ],
  ...more,
});

/** An agent whose card is answered anew each time, and everything else by a task or its extended card. */
function agent(cardAnswer: (request: RpcRequest, nth: number) => RpcReply, options: A2AClientOptions = {}) {
  let asked = 0;
  const { fetch, requests } = rpcFetch(request => {
    if (request.verb === 'GET') return cardAnswer(request, asked++);
    const isExtended = request.method === 'GetExtendedAgentCard';
    return result(request.id, isExtended ? cardOf('extended') : { task: { id: 't', status: {} } });
  });
  const cards = () => requests.filter(({ verb }) => verb === 'GET');
  return { client: new A2AClient('https://agent.test', { fetch, ...options }), requests, cards };
}
const withHeaders = (headers: Record<string, string>, name = 'one') =>
  json(JSON.stringify(cardOf(name)), { headers });

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['performance', 'Date'] });
});
afterEach(() => {
  vi.useRealTimers();
});

describe('an agent card', () => {
  it.each([
    ['max-age', { 'cache-control': 'public, max-age=120' }, 2 * minute],
    ['max-age, less the age it had already', { 'cache-control': 'max-age=180', age: '60' }, 2 * minute],
    ['five minutes where nothing is said', {}, 5 * minute],
    ['five minutes where it cannot be understood', { 'cache-control': 'max-age=soon' }, 5 * minute],
    ['no time at all with no-cache', { 'cache-control': 'no-cache, max-age=120' }, 0],
    ['no time at all with no-store', { 'cache-control': 'no-store' }, 0],
  ])('is fresh for %s', async (_, headers, fresh) => {
    const { client, cards } = agent(() => withHeaders(headers as Record<string, string>));
    await client.getAgentCard();
    const before = cards().length;
    if (fresh > 0) {
      vi.advanceTimersByTime(fresh - 1);
      await client.getAgentCard();
      expect(cards()).toHaveLength(before);
    }
    vi.advanceTimersByTime(1);
    await client.getAgentCard();
    expect(cards()).toHaveLength(before + 1);
  });

  it('that is no longer fresh is asked for by its ETag, and is the same object if it was not modified', async () => {
    const { client, cards } = agent((_, nth) =>
      nth === 0
        ? withHeaders({ etag: '"v1"', 'cache-control': 'max-age=60' })
        : new Response(null, { status: 304, headers: { 'cache-control': 'max-age=600' } }),
    );
    const first = await client.getAgentCard();
    vi.advanceTimersByTime(minute);
    expect(await client.getAgentCard()).toBe(first);
    expect(cards().map(({ headers }) => headers.get('if-none-match'))).toEqual([null, '"v1"']);
    vi.advanceTimersByTime(9 * minute);
    expect(await client.getAgentCard()).toBe(first);
    expect(cards()).toHaveLength(2);
  });

  it('that came again unchanged, without any ETag, is the same object', async () => {
    const { client, cards } = agent(() => withHeaders({ 'cache-control': 'max-age=1' }));
    const first = await client.getAgentCard();
    vi.advanceTimersByTime(minute);
    expect(await client.getAgentCard()).toBe(first);
    expect(cards()).toHaveLength(2);
  });

  it('that changed leads later calls elsewhere', async () => {
    const { client, requests } = agent((_, nth) =>
      withHeaders({ etag: `"${nth}"`, 'cache-control': 'max-age=60' }, nth === 0 ? 'one' : 'two'),
    );
    await client.sendMessage('x', { returnImmediately: true });
    vi.advanceTimersByTime(minute);
    expect(await client.getAgentCard()).toMatchObject({ name: 'two' });
    await client.sendMessage('x', { returnImmediately: true });
    expect(await client.connect()).toMatchObject({
      endpoint: 'https://agent.test/two',
      card: { name: 'two' },
    });
    const posted = requests.filter(({ verb }) => verb === 'POST').map(({ url }) => url);
    expect(posted).toEqual(['https://agent.test/one', 'https://agent.test/two']);
  });

  it('that changed is asked for once: a card server that is down then stops nothing', async () => {
    const { client } = agent((_, nth) =>
      nth < 2 ? withHeaders({ 'cache-control': 'no-store' }, nth === 0 ? 'one' : 'two') : new Error('down'),
    );
    await client.connect();
    expect(await client.getAgentCard()).toMatchObject({ name: 'two' });
    expect(await client.sendMessage('x', { returnImmediately: true })).toMatchObject({ id: 't' });
    expect(await client.connect()).toMatchObject({ endpoint: 'https://agent.test/two' });
  });

  it('that was found just now is not asked for twice', async () => {
    const { client, cards } = agent(() => withHeaders({ 'cache-control': 'no-store' }));
    await client.getAgentCard();
    expect(cards()).toHaveLength(1);
  });

  it('that leads into a private network when it is asked for again is refused, and calls go on as before', async () => {
    const hostile = {
      ...cardOf('one'),
      url: 'http://10.0.0.1/',
      supportedInterfaces: [{ url: 'http://10.0.0.1/', protocolBinding: 'JSONRPC', protocolVersion: '1.0' }],
    };
    const { client } = agent((_, nth) =>
      nth === 0 ? withHeaders({ 'cache-control': 'no-store' }) : JSON.stringify(hostile),
    );
    await client.connect();
    expect((await rejection(client.getAgentCard())).message).toMatch(/private network/);
    expect(await client.connect()).toMatchObject({ endpoint: 'https://agent.test/one' });
  });

  it('is not asked for by calls, however old it is', async () => {
    const { client, cards } = agent(() => withHeaders({ 'cache-control': 'no-store' }));
    for (let nth = 0; nth < 3; nth += 1) {
      await client.sendMessage('x', { returnImmediately: true });
      vi.advanceTimersByTime(60 * minute);
    }
    expect(cards()).toHaveLength(1);
  });

  it('that is gone when it is asked for again is an error, and calls go on', async () => {
    const { client } = agent((_, nth) =>
      nth === 0 ? withHeaders({ 'cache-control': 'no-cache' }) : new Response('', { status: 404 }),
    );
    await client.connect();
    expect(await rejection(client.getAgentCard())).toMatchObject({ code: 'no-card' });
    expect(await client.sendMessage('x', { returnImmediately: true })).toMatchObject({ id: 't' });
  });

  it('is asked for with the headers of the call', async () => {
    const { client, cards } = agent(() => withHeaders({ 'cache-control': 'no-cache' }));
    await client.connect();
    await client.getAgentCard({ headers: { 'x-trace': '7' } });
    expect(cards().at(-1)?.headers.get('x-trace')).toBe('7');
  });

  it('that was told to the credentials of one call is neither kept nor given to others', async () => {
    const { client, cards } = agent(({ headers }) =>
      withHeaders({ 'cache-control': 'max-age=600' }, headers.get('authorization') ?? 'one'),
    );
    const names = [];
    await client.connect();
    for (const user of ['alice', 'bob'])
      names.push((await client.getAgentCard({ headers: { authorization: user } })).name);
    names.push((await client.getAgentCard()).name);
    expect(names).toEqual(['alice', 'bob', 'one']);
    expect(await client.connect()).toMatchObject({ endpoint: 'https://agent.test/one' });
    expect(cards()).toHaveLength(3);
  });

  it('that many ask for at once is one object', async () => {
    let name = 'one';
    const { client } = agent(() => withHeaders({ 'cache-control': 'max-age=60' }, name));
    await client.connect();
    vi.advanceTimersByTime(minute);
    name = 'two';
    const asked = await Promise.all(Array.from({ length: 20 }, () => client.getAgentCard()));
    expect(new Set(asked).size).toBe(1);
    expect(asked[0]).toMatchObject({ name: 'two' });
  });

  it('that changed does not undo a correction of its dialect for good', async () => {
    let version = 1;
    const { fetch, requests } = rpcFetch(({ verb, id, method }) => {
      if (verb === 'GET') return JSON.stringify(cardOf('one', { version: String(version) }));
      if (method !== 'tasks/get') return rpcError(id, -32601, 'Method not found');
      return result(id, { id: 't', kind: 'task', status: { state: 'working' } });
    });
    const client = new A2AClient('https://agent.test', { fetch });
    await client.getTask('t');
    version = 2;
    vi.advanceTimersByTime(60 * minute);
    await client.getAgentCard();
    await client.getTask('t');
    const before = requests.length;
    await client.getTask('t');
    expect(requests).toHaveLength(before + 1);
    expect(await client.connect()).toMatchObject({ dialect: '0.3' });
  });

  it('that a redirect leads to within a private network cannot lead further in', async () => {
    const inside = 'http://169.254.169.254/latest';
    const { fetch } = rpcFetch(() => {
      const card = {
        name: 'x',
        supportedInterfaces: [{ url: inside, protocolBinding: 'JSONRPC', protocolVersion: '1.0' }],
      };
      const response = json(JSON.stringify(card));
      Object.defineProperty(response, 'url', { value: 'http://10.0.0.5/.well-known/agent-card.json' });
      return response;
    });
    const error = await rejection(new A2AClient('https://agent.test', { fetch }).connect());
    expect(error.message).toMatch(/private network/);
  });

  it('with an endless url is refused', async () => {
    const { client } = agent(() =>
      json(
        JSON.stringify({
          ...cardOf('x'),
          supportedInterfaces: [
            {
              url: `https://agent.test${'/'.repeat(80_000)}x`,
              protocolBinding: 'HTTP+JSON',
              protocolVersion: '1.0',
            },
          ],
        }),
      ),
    );
    expect((await rejection(client.connect())).message).toMatch(/no usable url/);
  });

  it('that the application gave is never asked for', async () => {
    const { fetch, requests } = rpcFetch(({ id }) => result(id, cardOf('extended')));
    const client = A2AClient.fromCard(cardOf('given'), { fetch });
    vi.advanceTimersByTime(60 * minute);
    expect(await client.getAgentCard()).toMatchObject({ name: 'given' });
    expect(requests).toEqual([]);
    await client.getExtendedAgentCard();
    expect(await client.getAgentCard()).toMatchObject({ name: 'extended' });
  });
});

describe('an extended card', () => {
  it('takes the place of the public one, until that changes', async () => {
    let name = 'one';
    const { client } = agent(() => withHeaders({ 'cache-control': 'max-age=60' }, name));
    expect(await client.getAgentCard()).toMatchObject({ name: 'one' });
    const extended = await client.getExtendedAgentCard();
    expect(extended).toMatchObject({ name: 'extended' });
    expect(await client.getAgentCard()).toBe(extended);
    expect((await client.connect()).card).toBe(extended);
    // Calls go where they went before.
    expect(await client.connect()).toMatchObject({ endpoint: 'https://agent.test/one' });
    vi.advanceTimersByTime(minute);
    expect(await client.getAgentCard()).toBe(extended);
    name = 'two';
    vi.advanceTimersByTime(minute);
    expect(await client.getAgentCard()).toMatchObject({ name: 'two' });
  });

  it('that was got with the headers of one call is not for all', async () => {
    const { client } = agent(() => withHeaders({}));
    await client.getExtendedAgentCard({ headers: { authorization: 'Bearer of-one-user' } });
    expect(await client.getAgentCard()).toMatchObject({ name: 'one' });
  });
});
