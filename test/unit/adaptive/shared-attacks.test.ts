import { A2AClient, AdaptiveClient } from 'a2a-await';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { adapting, replyAfter, ScriptedReceiver, streamed, wired } from '../../support/adapting.js';
import { countedSignal } from '../../support/listeners.js';
import { result, rpcError, rpcFetch } from '../../support/rpc-fetch.js';
import { watched } from '../../support/settling.js';

const second = 1_000;
const minute = 60 * second;

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('a registration that takes longer than five seconds', () => {
  it('is not left behind', async () => {
    const receiver = new ScriptedReceiver({
      register: () => new Promise(resolve => setTimeout(resolve, 6 * second)),
    });
    const { adaptive } = adapting({}, { webhook: receiver.webhook, strategies: ['push', 'poll'] });
    const submitted = watched(adaptive.submitTask('x'));
    await vi.advanceTimersByTimeAsync(10 * second);
    expect(submitted.state).toBe('resolved');
    await adaptive.close();
    await vi.advanceTimersByTimeAsync(minute);
    expect(receiver.good).toEqual([]);
  });
});

describe('what waits leave behind', () => {
  it('is nothing', async () => {
    const begun = Date.now();
    const { fetch } = rpcFetch(({ id, method, params }) => {
      const row = (task: unknown) => ({
        ...wired(Date.now() - begun > 20 * second ? 'COMPLETED' : 'WORKING'),
        id: task,
      });
      if (method === 'GetTask') return result(id, row(params['id']));
      if (method === 'ListTasks')
        return result(id, { tasks: Array.from({ length: 20 }, (_, nth) => row(`t${nth}`)) });
      return rpcError(id, -32004, 'It does not.');
    });
    const client = new A2AClient('http://agent.test', {
      endpoint: 'http://agent.test/a2a',
      dialect: '1.0',
      fetch,
    });
    const adaptive = new AdaptiveClient(client, { strategies: ['poll'] });
    const counted = countedSignal();
    const { signal } = counted;
    const ids = Array.from({ length: 20 }, (_, nth) => `t${nth}`);
    const waits = ids.flatMap(id => [
      watched(client.waitForCompletion(id, { signal })),
      watched(client.task(id).wait({ signal })),
      watched(adaptive.resume({ version: 1, taskId: id, startedAt: begun }).wait({ signal })),
    ]);
    const all = watched(
      (async () => {
        for await (const _ of client.waitAll(ids, { signal }));
      })(),
    );
    await vi.advanceTimersByTimeAsync(2 * minute);
    expect(new Set([all, ...waits].map(({ state }) => state))).toEqual(new Set(['resolved']));
    expect([vi.getTimerCount(), client.inside().open.size, counted.now]).toEqual([0, 0, 0]);
    await adaptive.close();
  });
});

describe('a completed task as a list gave it, which the server does not know any more', () => {
  it('is given by waitAll as by waitForCompletion', async () => {
    const { fetch } = rpcFetch(({ id, method }) =>
      method === 'ListTasks' ? result(id, { tasks: [wired('COMPLETED')] }) : rpcError(id, -32001, 'Gone.'),
    );
    const client = new A2AClient('http://agent.test', {
      endpoint: 'http://agent.test/a2a',
      dialect: '1.0',
      fetch,
    });
    const listing = watched(client.listTasks());
    await vi.advanceTimersByTimeAsync(10);
    const [task] = listing.value?.tasks ?? [];
    if (!task) throw new Error('It lists none.');
    const alone = watched(client.waitForCompletion(task));
    const all = watched(client.waitAll([task]).next());
    await vi.advanceTimersByTimeAsync(minute);
    expect(alone.value).toMatchObject({ status: { state: 'completed' } });
    expect(all.value).toMatchObject({ value: { ok: true } });
  });
});

describe('closing, amid waits that lists help', () => {
  it('leaves no timer and no request', async () => {
    const { fetch, requests } = rpcFetch(({ id, method, params }) => {
      if (method === 'GetTask') return result(id, { ...wired('WORKING'), id: params['id'] });
      if (method === 'ListTasks') {
        const timestamp = new Date().toISOString();
        const tasks = Array.from({ length: 20 }, (_, nth) => ({
          ...wired('WORKING', { timestamp }),
          id: `t${nth}`,
        }));
        return result(id, { tasks });
      }
      return rpcError(id, -32004, 'It does not.');
    });
    const options = { endpoint: 'http://agent.test/a2a', dialect: '1.0', fetch } as const;
    const client = new A2AClient('http://agent.test', options);
    const adaptive = new AdaptiveClient(client, { strategies: ['stream', 'poll'] });
    const told: string[] = [];
    for (const name of ['update', 'strategy', 'retry', 'settled', 'warning'] as const)
      adaptive.on(name, () => told.push(name));
    const waits = Array.from({ length: 20 }, (_, nth) =>
      watched(adaptive.resume({ version: 1, taskId: `t${nth}`, startedAt: Date.now() }).wait()),
    );
    await vi.advanceTimersByTimeAsync(20 * second);
    expect(requests.some(({ method }) => method === 'ListTasks')).toBe(true);
    await adaptive.close();
    const [asked, heard] = [requests.length, told.length];
    expect(vi.getTimerCount()).toBe(0);
    await vi.advanceTimersByTimeAsync(10 * minute);
    expect([requests.length, told.length]).toEqual([asked, heard]);
    expect(new Set(waits.map(({ state }) => state))).toEqual(new Set(['rejected']));
  });
});

describe('a stream that tells of the end while a question waits for its turn', () => {
  it('ends the wait', async () => {
    const { fetch } = rpcFetch(({ id, method, params }) => {
      if (method === 'GetTask')
        return params['id'] === 't' ? result(id, wired('WORKING')) : new Promise<Response>(() => {});
      if (method === 'SubscribeToTask')
        return new Response(
          new ReadableStream({
            async start(controller) {
              const say = (value: object) =>
                controller.enqueue(new TextEncoder().encode(`data: ${result(id, value)}\n\n`));
              say({ task: wired('WORKING') });
              await new Promise(resolve => setTimeout(resolve, 10 * second));
              say({ task: wired('COMPLETED') });
              controller.close();
            },
          }),
          { headers: { 'content-type': 'text/event-stream' } },
        );
      return rpcError(id, -32004, 'It does not.');
    });
    const options = { endpoint: 'http://agent.test/a2a', dialect: '1.0', fetch } as const;
    const client = new A2AClient('http://agent.test', options);
    const adaptive = new AdaptiveClient(client, { strategies: ['stream', 'poll'] });
    for (let nth = 0; nth < 320; nth += 1)
      watched(client.waitForCompletion(`o${nth}`, { timeout: Infinity }));
    await vi.advanceTimersByTimeAsync(10);
    const handle = adaptive.resume({ version: 1, taskId: 't', startedAt: Date.now() });
    const outcome = watched(handle.wait({ timeout: Infinity }));
    await vi.advanceTimersByTimeAsync(10 * minute);
    expect(handle.snapshot?.status.state).toBe('completed');
    expect(outcome.state).toBe('resolved');
    await client.close();
  });
});

describe('many streams that end at once', () => {
  it('are looked up in turns, and each for what its task has made', async () => {
    let state = 'WORKING';
    let end = () => {};
    const over = new Promise<void>(resolve => {
      end = resolve;
    });
    const artifacts = [{ artifactId: 'a', parts: [{ text: 'All.' }] }];
    let inFlight = 0;
    let most = 0;
    const { fetch } = rpcFetch(({ id, method, params }) => {
      const row = (more = {}) => ({ ...wired(state, {}, more), id: params['id'] });
      if (method === 'SubscribeToTask')
        return streamed(
          id,
          (async function* () {
            yield { task: row() };
            await over;
            yield { task: row() };
          })(),
        );
      if (method !== 'GetTask') return rpcError(id, -32004, 'It does not.');
      inFlight += 1;
      most = Math.max(most, inFlight);
      return replyAfter(100, () => {
        inFlight -= 1;
        return result(id, row(state === 'COMPLETED' ? { artifacts } : {}));
      });
    });
    const options = { endpoint: 'http://agent.test/a2a', dialect: '1.0', fetch } as const;
    const adaptive = new AdaptiveClient('http://agent.test', { ...options, strategies: ['stream'] });
    const waits = Array.from({ length: 100 }, (_, nth) =>
      watched(adaptive.resume({ version: 1, taskId: `t${nth}`, startedAt: Date.now() }).wait()),
    );
    // Before a stream is silent for so long that the client asks, too.
    await vi.advanceTimersByTimeAsync(second / 2);
    state = 'COMPLETED';
    end();
    await vi.advanceTimersByTimeAsync(second);
    expect(most).toBeLessThanOrEqual(32);
    for (const { value } of waits) expect(value).toMatchObject({ artifacts: [{ artifactId: 'a' }] });
    await adaptive.close();
  });
});
