import { A2AClient } from 'a2a-await';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { wired } from '../../support/adapting.js';
import { json, type RpcReply, type RpcRequest, result, rpcError, rpcFetch } from '../../support/rpc-fetch.js';
import { watched } from '../../support/settling.js';

const second = 1_000;
const endsAfter = 20 * second;

const ids = Array.from({ length: 10 }, (_, nth) => `t${nth}`);
const row = (id: unknown, more: object = {}) => ({ ...wired('WORKING', more), id });
const page =
  (tasks: unknown, more: object = {}) =>
  ({ id }: RpcRequest) =>
    result(id, { tasks, ...more });

const harmless: Record<string, (request: RpcRequest) => RpcReply> = {
  none: ({ id }) => rpcError(id, -32601, 'No.'),
  html: () => new Response('<html>', { headers: { 'content-type': 'text/html' } }),
  null: ({ id }) => result(id, null),
  'rows of null': page([null, ...ids.map(id => row(id))]),
  'rows of strings': page(ids),
  'ids that are numbers': page(ids.map((_, nth) => row(nth))),
  'no ids': page(ids.map(() => wired('WORKING'))),
  'year -271821': page(ids.map(id => row(id, { timestamp: '-271821-04-20T00:00:00.000Z' }))),
  'garbage dates': page(ids.map(id => row(id, { timestamp: 'yesterday' }))),
  'dates as numbers': page(ids.map(id => row(id, { timestamp: 1_700_000_000 }))),
  'tokens without end, with rows': ({ id }) =>
    result(id, {
      tasks: ids.map(each => row(each, { timestamp: new Date().toISOString() })),
      nextPageToken: 'x',
    }),
  'always working, undated': page(ids.map(id => row(id))),
  'always asking': ({ id }) =>
    result(id, { tasks: ids.map(each => ({ ...wired('INPUT_REQUIRED'), id: each })) }),
  '401': () => new Response('', { status: 401 }),
  '403': () => new Response('', { status: 403 }),
  '404': () => new Response('<html>', { status: 404 }),
  '429': () => new Response('', { status: 429, headers: { 'retry-after': '3600' } }),
  '500': () => new Response('', { status: 500 }),
  redirect: () => new Response('', { status: 302, headers: { location: 'http://evil.test/' } }),
  '10 MB': ({ id }) => result(id, { tasks: ids.map(each => row(each)), filler: 'x'.repeat(10_000_000) }),
  'empty json': () => json('{}'),
};

const empty: Record<string, (request: RpcRequest) => RpcReply> = {
  'no tasks': ({ id }) => result(id, {}),
  'tokens without end': page([], { nextPageToken: 'x' }),
  'totalSize too large': page([], { totalSize: 1e9 }),
};

const behind: Record<string, (request: RpcRequest) => RpcReply> = {
  'year 9999': page(ids.map(id => row(id, { timestamp: '9999-12-31T23:59:59Z' }))),
  'dates of old without zone': page(ids.map(id => row(id, { timestamp: '2020-01-01T00:00:00' }))),
  'always working': ({ id }) =>
    result(id, { tasks: ids.map(each => row(each, { timestamp: new Date().toISOString() })) }),
};

function agent(list: (request: RpcRequest) => RpcReply) {
  const begun = Date.now();
  const { fetch, requests } = rpcFetch(request => {
    const { id, method, params } = request;
    if (method === 'ListTasks') return list(request);
    const isOver = Date.now() - begun > endsAfter;
    const timestamp = new Date(isOver ? begun + endsAfter : begun).toISOString();
    return result(id, { ...wired(isOver ? 'COMPLETED' : 'WORKING', { timestamp }), id: params['id'] });
  });
  const client = new A2AClient('http://agent.test', {
    endpoint: 'http://agent.test/a2a',
    dialect: '1.0',
    fetch,
  });
  return { client, requests };
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const seconds = (times: readonly number[]) => (Math.max(...times) - endsAfter) / second;

async function endsWith(list: (request: RpcRequest) => RpcReply, how: string) {
  const { client, requests } = agent(list);
  const begun = Date.now();
  const times: number[] = [];
  if (how === 'all') {
    watched(
      (async () => {
        for await (const { ok } of client.waitAll(ids)) if (ok) times.push(Date.now() - begun);
      })(),
    );
  } else {
    for (const id of ids) watched(client.waitForCompletion(id).then(() => times.push(Date.now() - begun)));
  }
  await vi.advanceTimersByTimeAsync(4 * 60 * second);
  const count = (method: string) => requests.filter(request => request.method === method).length;
  return { times, lists: count('ListTasks'), gets: count('GetTask'), timers: vi.getTimerCount() };
}

// By the schedule alone ends are known five to seven seconds later.
describe.each(Object.keys(harmless))('a list that answers: %s', kind => {
  it.each(['all', 'single'])('delays no end by more than seconds (%s)', async how => {
    const { times, timers } = await endsWith(harmless[kind] as (request: RpcRequest) => RpcReply, how);
    expect(times).toHaveLength(10);
    expect(seconds(times)).toBeLessThan(10);
    expect(timers).toBe(0);
  });
});

describe.each(Object.keys(empty))('a list that never tells of the tasks: %s', kind => {
  it.each(['all', 'single'])('does not stand in for asking (%s)', async how => {
    const { times } = await endsWith(empty[kind] as (request: RpcRequest) => RpcReply, how);
    expect(times).toHaveLength(10);
    expect(seconds(times)).toBeLessThan(10);
  });
});

describe.each(Object.keys(behind))('a list that stays behind: %s', kind => {
  it.each(['all', 'single'])('puts no question off beyond half of the age, or a minute (%s)', async how => {
    const { times } = await endsWith(behind[kind] as (request: RpcRequest) => RpcReply, how);
    expect(times).toHaveLength(10);
    expect(seconds(times)).toBeLessThan(70);
  });
});
