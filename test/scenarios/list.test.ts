import { A2AClient, type Task, UnsupportedOperationError } from 'a2a-await';
import { completed, failed, working } from 'a2a-await/testing';
import { describe, expect, it } from 'vitest';
import { agents, pair } from '../support/agents.js';
import { result, rpcFetch } from '../support/rpc-fetch.js';
import { rejection } from '../support/settling.js';

const agent = function* (turn: { text: string }) {
  yield working();
  yield turn.text === 'fail' ? failed() : completed();
};

async function filled(kind: Parameters<typeof pair>[0]) {
  const it = pair(kind, { agent });
  const ids: string[] = [];
  for (let index = 0; index < 5; index += 1) {
    const text = index === 2 ? 'fail' : 'go';
    const sent = await it.client.sendMessage(text, { contextId: index < 2 ? 'ctx-a' : 'ctx-b' });
    ids.push((sent as Task).id);
  }
  return { ...it, ids };
}
const idsOf = (tasks: Task[]) => tasks.map(({ id }) => id).sort();

describe.each(agents.filter(({ dialect }) => dialect !== '0.3'))('on $title', kind => {
  it('a list has every task, filtered as asked for', async () => {
    const { client, ids } = await filled(kind);
    expect(idsOf((await client.listTasks()).tasks)).toEqual([...ids].sort());
    expect(idsOf((await client.listTasks({ contextId: 'ctx-a' })).tasks)).toEqual(ids.slice(0, 2).sort());
    expect(idsOf((await client.listTasks({ status: 'failed' })).tasks)).toEqual([ids[2]]);
    expect((await client.listTasks({ status: 'TASK_STATE_WORKING' })).tasks).toEqual([]);
    expect((await client.listTasks({ statusTimestampAfter: new Date(Date.now() + 60_000) })).tasks).toEqual(
      [],
    );
  });

  it('iterating gives each task once, page after page', async () => {
    const { client, ids } = await filled(kind);
    const seen: string[] = [];
    for await (const task of client.iterateTasks({ pageSize: 2 })) seen.push(task.id);
    expect(seen.sort()).toEqual([...ids].sort());
  });

  it('leaving the iteration ends the asking', async () => {
    const { client, calls } = await filled(kind);
    for await (const _ of client.iterateTasks({ pageSize: 1 })) break;
    expect(calls('ListTasks', 'tasks/list')).toBe(1);
  });
});

describe.each(agents.filter(({ dialect }) => dialect === '1.0'))('on $title', kind => {
  it('a page says how to go on', async () => {
    const { client } = await filled(kind);
    const first = await client.listTasks({ pageSize: 3 });
    expect(first).toMatchObject({ totalSize: 5, nextPageToken: expect.any(String) });
    const second = await client.listTasks({ pageSize: 3, pageToken: first.nextPageToken as string });
    expect(second.tasks).toHaveLength(2);
    expect(second.nextPageToken).toBeUndefined();
  });
});

describe('on 0.3', () => {
  it("there is no list, and the error says so in A2A's own words", async () => {
    await using it = pair('0.3');
    for (const listing of [() => it.client.listTasks(), () => it.client.iterateTasks().next()]) {
      const error = await rejection(listing());
      expect(error).toBeInstanceOf(UnsupportedOperationError);
      expect(error).toMatchObject({ method: 'tasks/list', rpcCode: -32601 });
    }
  });
});

describe('on a server of 1.0, which filters by itself', () => {
  it('a list has what it gives, also where it leaves out what it filtered by', async () => {
    const tasks = [
      { id: 'a', contextId: '', status: { state: 'TASK_STATE_WORKING' } },
      { id: 'b', status: { state: 'TASK_STATE_WORKING', timestamp: '2026-01-01T00:00:00' } },
    ];
    const { fetch } = rpcFetch(({ id }) => result(id, { tasks }));
    const client = new A2AClient('http://agent.test', {
      endpoint: 'http://agent.test',
      dialect: '1.0',
      fetch,
    });
    const query = { contextId: 'ctx', statusTimestampAfter: '2026-01-01T00:00:00Z' };
    expect(idsOf((await client.listTasks(query)).tasks)).toEqual(['a', 'b']);
  });
});
