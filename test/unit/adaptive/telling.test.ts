import type { TaskHandle } from 'a2a-await';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { adapting, replyAfter, ScriptedReceiver, streamed, wired } from '../../support/adapting.js';
import { taskIn } from '../../support/events.js';
import { result, rpcError } from '../../support/rpc-fetch.js';
import { watched } from '../../support/settling.js';
import { expectNoUnhandledRejections } from '../../support/unhandled.js';

// What is told, and what is concluded about the agent's server.

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  const left = vi.getTimerCount();
  vi.useRealTimers();
  expect(left).toBe(0);
});
expectNoUnhandledRejections();

const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);
const asHandle = (sent: unknown) => sent as TaskHandle;
const chunk = {
  artifactUpdate: { taskId: 't', contextId: 'c', artifact: { artifactId: 'a', parts: [{ text: 'x' }] } },
};

describe('settled', () => {
  it('is told of a task that is over when it is submitted, after that', async () => {
    const { adaptive, told } = adapting({
      SendMessage: ({ id }) => result(id, { task: wired('COMPLETED') }),
    });
    const handle = asHandle(await adaptive.submitTask('Go'));
    await handle.wait();
    expect(told.map(({ name }) => name)).toEqual(['submitted', 'settled']);
    await adaptive.close();
  });

  it('is the last that is told, though a stream goes on and breaks', async () => {
    let push = (_: object) => {};
    let cut = () => {};
    const { adaptive, resumed, told } = adapting(
      {
        GetTask: ({ id }) => result(id, wired('COMPLETED')),
        SubscribeToTask: ({ id }) => {
          const { readable, writable } = new TransformStream<Uint8Array>();
          const writer = writable.getWriter();
          push = value =>
            void writer.write(new TextEncoder().encode(`data: ${result(id, value)}\n\n`)).catch(() => {});
          cut = () => void writer.abort(new Error('cut')).catch(() => {});
          push({ task: wired('WORKING') });
          return new Response(readable, { headers: { 'content-type': 'text/event-stream' } });
        },
      },
      { strategies: ['stream'] },
    );
    const handle = resumed();
    // Whoever listens sees to it that there is more to tell in the very turn of the end.
    adaptive.on('settled', () => {
      push(chunk);
      push(chunk);
      cut();
    });
    const waiting = watched(handle.wait());
    await pass(10_000);
    expect(waiting.state).toBe('resolved');
    expect(told.at(-1)?.name).toBe('settled');
    expect(told.filter(({ name }) => name === 'settled')).toHaveLength(1);
    await adaptive.close();
  });

  it('is not followed by a retry when somebody asks again, and the server is gone', async () => {
    const answers = [wired('COMPLETED')];
    const { adaptive, resumed, of } = adapting(
      {
        GetTask: ({ id }) => {
          const next = answers.shift();
          return next ? result(id, next) : new TypeError('fetch failed');
        },
      },
      { strategies: [] },
    );
    const handle = resumed();
    await handle.refresh();
    await handle.refresh().catch(() => {});
    expect(of('settled')).toHaveLength(1);
    expect(of('retry')).toEqual([]);
    await adaptive.close();
  });
});

describe('a way that brings news', () => {
  it('is not begun for who waits after close', async () => {
    const receiver = new ScriptedReceiver();
    const { adaptive, requests, resumed } = adapting({}, { webhook: receiver.webhook });
    const handle = resumed();
    await adaptive.close();
    await expect(handle.wait()).rejects.toMatchObject({ code: 'closed' });
    await pass(1_000);
    expect(requests).toEqual([]);
    expect(receiver.kept.size).toBe(0);
  });
});

describe('whether the server notifies', () => {
  it('is not doubted for the failure of a store', async () => {
    const receiver = new ScriptedReceiver();
    let state = 'WORKING';
    const { adaptive, of, resumed } = adapting(
      { GetTask: ({ id }) => result(id, wired(state)) },
      { webhook: receiver.webhook, strategies: ['push'] },
    );
    const waiting = watched(resumed().wait());
    await pass(10_000);
    state = 'COMPLETED';
    receiver.steps.wait = () => Promise.reject(new Error('store'));
    await pass(30_000);
    expect(waiting.state).toBe('resolved');
    expect(of('warning')).toEqual([]);
    expect(await adaptive.checkPushSupport()).toBe('yes');
    await adaptive.close();
  });

  /** One task whose end is notified or not. */
  async function ending(doesNotify: 'first' | 'never') {
    const receiver = new ScriptedReceiver();
    const states: Record<string, string> = {};
    const { adaptive, of } = adapting(
      {
        GetTask: ({ id, params }) =>
          result(id, {
            ...wired('x'),
            id: params['id'],
            status: { state: `TASK_STATE_${states[String(params['id'])] ?? 'WORKING'}` },
          }),
      },
      { webhook: receiver.webhook, strategies: ['push'] },
    );
    for (const taskId of ['first', 'second']) {
      const waiting = watched(adaptive.resume({ version: 1, taskId, startedAt: Date.now() }).wait());
      await pass(10_000);
      states[taskId] = 'COMPLETED';
      if (taskId === doesNotify) receiver.notify(receiver.good[0] ?? '', taskIn('completed', { id: taskId }));
      await pass(60_000);
      expect(waiting.state).toBe('resolved');
    }
    return { adaptive, of };
  }

  it('stays known where one notification is lost after others have come', async () => {
    const { adaptive, of } = await ending('first');
    expect(of('warning')).toMatchObject([{ code: 'push-lost', taskId: 'second' }]);
    expect(await adaptive.checkPushSupport()).toBe('yes');
    await adaptive.close();
  });

  it('is no where none has ever come', async () => {
    const { adaptive, of } = await ending('never');
    expect(of('warning')).toMatchObject([{ code: 'push-lost', taskId: 'first' }]);
    expect(await adaptive.checkPushSupport()).toBe('no');
    await adaptive.close();
  });

  it('is what came to light while the question was under way, rather than its answer', async () => {
    const receiver = new ScriptedReceiver();
    const { adaptive, resumed } = adapting(
      {
        ListTaskPushNotificationConfigs: ({ id }) => replyAfter(1_000, () => rpcError(id, -32001, 'None.')),
        CreateTaskPushNotificationConfig: ({ id }) => rpcError(id, -32003, 'It does not notify.'),
      },
      { webhook: receiver.webhook, strategies: ['push'] },
    );
    const checking = adaptive.checkPushSupport();
    watched(resumed().wait());
    await pass(5_000);
    expect(await checking).toBe('no');
    expect(await adaptive.checkPushSupport()).toBe('no');
    await adaptive.close();
  });

  it('is asked anew after a 401', async () => {
    let isIn = false;
    const { adaptive } = adapting({
      ListTaskPushNotificationConfigs: ({ id }) =>
        isIn ? rpcError(id, -32001, 'None.') : new Response('', { status: 401 }),
    });
    expect(await adaptive.checkPushSupport()).toBe('unknown');
    isIn = true;
    expect(await adaptive.checkPushSupport()).toBe('yes');
    await adaptive.close();
  });
});

describe('the streams of a page', () => {
  afterEach(() => void vi.unstubAllGlobals());

  const forEver = new Promise<never>(() => {});
  /** Tasks whose streams go on until they are ended. */
  async function page() {
    vi.resetModules();
    vi.stubGlobal('document', {});
    const fresh = await import('a2a-await');
    const open = new Set<string>();
    const ends = new Map<string, (state: string) => void>();
    const fetch = (async (input: unknown, init: RequestInit) => {
      const { id, method, params } = JSON.parse(String(init.body));
      const task = (state: string) => ({ ...wired(state), id: params.id });
      if (method !== 'SubscribeToTask') return Response.json(JSON.parse(result(id, task('WORKING'))));
      const key = `${new URL(String(input)).host} ${params.id}`;
      open.add(key);
      init.signal?.addEventListener('abort', () => open.delete(key));
      const end = new Promise<object>(resolve => {
        ends.set(params.id, state => {
          open.delete(key);
          resolve({ task: task(state) });
        });
      });
      async function* results() {
        yield { task: task('WORKING') };
        yield await end;
      }
      return streamed(id, results());
    }) as typeof globalThis.fetch;
    const clientOf = (host: string) =>
      new fresh.AdaptiveClient(`http://${host}/a2a`, {
        endpoint: `http://${host}/a2a`,
        dialect: '1.0',
        fetch,
        strategies: ['stream'],
      });
    const wait = (client: InstanceType<typeof fresh.AdaptiveClient>, taskId: string) =>
      watched(
        client
          .resume({ version: 1, taskId, startedAt: Date.now() })
          .wait({ timeout: Infinity, onInterrupted: () => forEver }),
      );
    return { clientOf, ends, open, wait };
  }

  it('are two for an agent, however many clients it has', async () => {
    const { clientOf, open, wait } = await page();
    const clients = ['agent.test', 'agent.test', 'other.test'].map(clientOf);
    for (const [nth, client] of clients.entries()) {
      wait(client, `t${nth}`);
      wait(client, `u${nth}`);
    }
    await pass(1_000);
    expect([...open]).toEqual(['agent.test t0', 'agent.test u0', 'other.test t2', 'other.test u2']);
    await Promise.all(clients.map(client => client.close()));
  });

  it.each([
    ['ended', 'COMPLETED'],
    ['asks a question', 'INPUT_REQUIRED'],
  ])('leave room for another task when one has %s', async (_, state) => {
    const { clientOf, ends, open, wait } = await page();
    const client = clientOf('agent.test');
    for (const taskId of ['t1', 't2', 't3']) wait(client, taskId);
    await pass(1_000);
    expect([...open]).toEqual(['agent.test t1', 'agent.test t2']);
    ends.get('t1')?.(state);
    await pass(61_000);
    expect([...open]).toContain('agent.test t3');
    await client.close();
  });
});
