import { A2AClient } from 'a2a-await';
import { artifact, createReferenceServer, reply, type ServerBehaviour, working } from 'a2a-await/testing';
import { setupServer } from 'msw/node';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { rejection } from '../../support/settling.js';
import { expectNoUnhandledRejections } from '../../support/unhandled.js';
import { call, post, v1Message } from './support.js';

expectNoUnhandledRejections();

const send = (server: Parameters<typeof call>[0]) =>
  call(server, 'SendMessage', { message: v1Message('hi') });
const rpc = (method: string, params: unknown = {}) => ({ jsonrpc: '2.0', id: 1, method, params });

describe('use()', () => {
  it.each<
    [
      keyof ServerBehaviour,
      ServerBehaviour,
      (server: ReturnType<typeof createReferenceServer>) => Promise<unknown>,
      unknown,
    ]
  >([
    [
      'agent',
      { agent: () => [reply('Hello')] },
      async server => (await send(server)).result.message?.parts[0].text,
      'Hello',
    ],
    [
      'auth',
      { auth: { bearer: 'secret' } },
      async server => (await post(server, rpc('GetTask'))).status,
      401,
    ],
    [
      'card',
      { card: card => ({ ...card, name: 'Ada' }) },
      async server => (await cardOf(server)).name,
      'Ada',
    ],
    [
      'clock',
      { clock: () => 0 },
      async server => (await send(server)).result.task.status.timestamp,
      '1970-01-01T00:00:00.000000Z',
    ],
    [
      'extendedCard',
      { extendedCard: 'not-configured' },
      async server => (await call(server, 'GetExtendedAgentCard')).error?.code,
      -32007,
    ],
    [
      'extensions',
      { extensions: [{ uri: 'https://example.com/e', required: true }] },
      async server => (await send(server)).error?.code,
      -32008,
    ],
    ['fault', { fault: { status: 418 } }, async server => (await post(server, rpc('GetTask'))).status, 418],
    ['push', { push: true }, async server => (await cardOf(server)).capabilities.pushNotifications, true],
    [
      'store',
      { store: { totalSize: 'absent' } },
      async server => Object.keys((await call(server, 'ListTasks', {})).result).includes('totalSize'),
      false,
    ],
    ['streaming', { streaming: false }, async server => (await cardOf(server)).capabilities.streaming, false],
    [
      'strict',
      { strict: false },
      async server => (await call(server, 'GetTask', { id: 'x', more: 1 })).error?.code,
      -32001,
    ],
  ])('changes %s, until reset()', async (name, behaviour, look, changed) => {
    await using server = createReferenceServer();
    const before = await look(server);
    expect(before).not.toEqual(changed);
    server.use(behaviour);
    expect(await look(server)).toEqual(changed);
    server.use({ [name]: undefined });
    if (name !== 'clock') expect(await look(server)).toEqual(before);
    server.use(behaviour);
    await server.reset();
    if (name === 'clock') expect(await look(server)).not.toEqual(changed);
    else expect(await look(server)).toEqual(before);
  });

  it('changes streams to come, and no others', async () => {
    await using server = createReferenceServer();
    server.use({ cutStream: { afterEvents: 1 } });
    const message = v1Message('hi');
    const cut = await post(server, rpc('SendStreamingMessage', { message }));
    server.use({ cutStream: undefined, streamMishap: { delay: 0 } });
    expect(await rejection(cut.text())).toBeInstanceOf(TypeError);
    expect(await (await post(server, rpc('SendStreamingMessage', { message }))).text()).toContain(
      'COMPLETED',
    );
  });

  it('does not forget what the server was created with', async () => {
    await using server = createReferenceServer({
      auth: { bearer: 'secret' },
      card: card => ({ ...card, name: 'Ada' }),
    });
    server.use({ auth: undefined, card: undefined });
    expect((await cardOf(server)).name).toBe('Reference agent');
    expect((await post(server, rpc('GetTask'))).status).toBe(200);
    await server.reset();
    expect((await cardOf(server)).name).toBe('Ada');
    expect((await post(server, rpc('GetTask'))).status).toBe(401);
  });

  it('changes what becomes of notifications to come, in the manner of the profile', async () => {
    const fetch = async () => new Response(null, { status: 204 });
    await using server = createReferenceServer({ profile: 'js-1.3', push: { fetch } });
    const configuration = { taskPushNotificationConfig: { url: 'https://app.test/hook', token: 't' } };
    const told = async () => {
      const before = server.notifications.length;
      await call(server, 'SendMessage', { message: v1Message('hi'), configuration });
      await vi.waitFor(() => expect(server.notifications.length).toBe(before + 4));
      return server.notifications
        .slice(before)
        .map(({ headers, attempts }) => [headers['content-type'], attempts]);
    };
    const type = 'application/a2a+json';
    expect(await told()).toEqual(Array(4).fill([type, 1]));
    server.use({ push: { fetch, mishap: 'lose' } });
    expect(await told()).toEqual(Array(4).fill([type, 0]));
  });

  it('is as lenient as the profile where strict is undefined', async () => {
    await using server = createReferenceServer({ profile: 'js-1.3' });
    const code = async () => (await call(server, 'GetTask', { id: 'x', more: 1 })).error?.code;
    expect(await code()).toBe(-32001);
    server.use({ strict: true });
    expect(await code()).toBe(-32602);
    server.use({ strict: undefined });
    expect(await code()).toBe(-32001);
  });

  it.each([
    [{ nonsense: 1 }, 'nonsense'],
    [{ url: 'http://other.test' }, 'url'],
    [{ dialect: '0.3' }, 'dialect'],
    [{ ids: 'counting' }, 'ids'],
    [{ blocking: 'maybe' }, 'blocking'],
    [{ fault: 'explode' }, 'fault'],
    [{ clock: 5 }, 'clock'],
    [{ auth: { apiKey: '' } }, 'auth.apiKey'],
    [{ cutStream: { afterEvents: -1 } }, 'cutStream'],
  ])('refuses %o by name, and then nothing has changed', async (behaviour, name) => {
    await using server = createReferenceServer();
    const use = () => server.use({ agent: () => [reply('Hello')], ...(behaviour as ServerBehaviour) });
    expect(use).toThrow(TypeError);
    expect(use).toThrow(name);
    expect((await send(server)).result.task.status.state).toBe('TASK_STATE_COMPLETED');
  });
});

describe('reset()', () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  it('forgets tasks, requests and notifications', async () => {
    await using server = createReferenceServer({
      push: { allowPrivate: true, fetch: async () => new Response(null, { status: 204 }) },
    });
    const taskPushNotificationConfig = { url: 'http://app.test/hook' };
    const { id } = (
      await call(server, 'SendMessage', {
        message: v1Message('hi'),
        configuration: { taskPushNotificationConfig },
      })
    ).result.task;
    await vi.waitFor(() => expect(server.notifications.length).toBeGreaterThan(0));
    await server.reset();
    expect([server.tasks.size, server.requests, server.notifications]).toEqual([0, [], []]);
    expect((await call(server, 'GetTask', { id })).error?.code).toBe(-32001);
  });

  it('begins to count anew: ids, and the requests of faults, streams and rows', async () => {
    const nths: number[] = [];
    const note = ({ nth }: { nth: number }) => {
      nths.push(nth);
      return undefined;
    };
    await using server = createReferenceServer({
      ids: 'counting',
      fault: note,
      cutStream: note,
      store: { mishap: note },
    });
    const round = async () => {
      const { task } = (await send(server)).result;
      await (await post(server, rpc('SendStreamingMessage', { message: v1Message('hi') }))).text();
      await call(server, 'ListTasks');
      return [task.id, task.contextId, ...nths.splice(0)];
    };
    const first = await round();
    await server.reset();
    expect(await round()).toEqual(first);
  });

  it('aborts the agents that run, and whoever waits for them gets an error', async () => {
    vi.useFakeTimers();
    const signals: AbortSignal[] = [];
    await using server = createReferenceServer({
      async *agent(turn) {
        signals.push(turn.signal);
        yield working();
        await turn.sleep(60_000);
      },
    });
    const waiting = rejection(send(server));
    const stream = await post(server, rpc('SendStreamingMessage', { message: v1Message('hi') }));
    const reading = rejection(stream.text());
    await vi.advanceTimersByTimeAsync(10);
    await server.reset();
    expect(await waiting).toBeInstanceOf(TypeError);
    expect(await reading).toBeInstanceOf(TypeError);
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, true]);
    expect([server.openStreams, vi.getTimerCount()]).toEqual([0, 0]);
  });

  it('ends requests that hang', async () => {
    await using server = createReferenceServer({ fault: 'hang' });
    const hanging = rejection(post(server, rpc('GetTask')));
    await new Promise(resolve => setImmediate(resolve));
    await server.reset();
    expect(await hanging).toBeInstanceOf(TypeError);
  });

  it('leaves msw its handlers', async () => {
    await using server = createReferenceServer();
    const network = setupServer(...server.handlers);
    network.listen({ onUnhandledRequest: 'error' });
    try {
      const client = new A2AClient(server.url);
      await client.sendMessage('hi');
      server.use({ agent: () => [artifact('other')] });
      await server.reset();
      await client.sendMessage('hi');
      expect(server.tasks.list()).toMatchObject([{ artifacts: [{ parts: [{ text: 'You said: hi' }] }] }]);
      await client.close();
    } finally {
      network.close();
    }
  });

  it('may be called while another one is under way', async () => {
    await using server = createReferenceServer();
    await send(server);
    await Promise.all([server.reset(), server.reset(), send(server)]);
    expect(server.tasks.size).toBe(1);
  });

  it('is refused by a server that is closed, which stays so', async () => {
    const server = createReferenceServer();
    await server.close();
    expect(await rejection(server.reset())).toBeInstanceOf(TypeError);
    expect(await rejection(send(server))).toBeInstanceOf(TypeError);
  });
});

async function cardOf(server: ReturnType<typeof createReferenceServer>) {
  return (await server.fetch(server.cardUrl)).json();
}
