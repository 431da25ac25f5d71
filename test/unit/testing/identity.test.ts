import { createHmac } from 'node:crypto';
import { completed, createReferenceServer, type ReferenceServerOptions } from 'a2a-await/testing';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { call, dialects, praisonMessage, v1Message, v03Message } from './support.js';

const day = Date.UTC(2031, 4, 6);

afterEach(() => {
  vi.useRealTimers();
});

describe('ids that count', () => {
  it.each(dialects)('are the same each time, in $title', async style => {
    const { dialect, bindings, send } = style;
    const ids = async () => {
      await using server = createReferenceServer({ dialect, bindings, ids: 'counting' });
      for (const text of ['one', 'two']) await call(server, send, { message: style.message(text) });
      return server.tasks.list().map(task => [task.id, task.contextId, task.artifacts[0]?.artifactId]);
    };
    const context = (number: number) => (dialect === 'praison' ? undefined : `context-${number}`);
    expect(await ids()).toEqual([
      ['task-1', context(1), 'artifact-1'],
      ['task-2', context(2), 'artifact-2'],
    ]);
  });

  it('are those of messages too', async () => {
    await using server = createReferenceServer({
      ids: 'counting',
      agent: () => [{ kind: 'reply', parts: [{ kind: 'text', text: 'Hello' }] }],
    });
    const { result } = await call(server, 'SendMessage', { message: v1Message('hi') });
    expect(result.message.messageId).toBe('message-1');
  });

  it('are those of what a client sent without', async () => {
    await using server = createReferenceServer({ ids: 'counting', dialect: 'praison' });
    const { messageId: _, ...message } = praisonMessage('hi');
    await call(server, 'message/send', { message });
    expect(server.tasks.list()[0]?.history[0]?.messageId).toBe('message-1');
  });

  it('are those of one server each', async () => {
    await using one = createReferenceServer({ ids: 'counting' });
    await using other = createReferenceServer({ ids: 'counting' });
    for (const server of [one, other]) await call(server, 'SendMessage', { message: v1Message('hi') });
    expect([one, other].map(server => server.tasks.list()[0]?.id)).toEqual(['task-1', 'task-1']);
  });

  it.each(['js-1.3', 'js-0.3'] as const)('are those of what %s makes of a throw', async profile => {
    await using server = createReferenceServer({
      profile,
      ids: 'counting',
      clock: () => day,
      agent() {
        throw new Error('no');
      },
    });
    const is10 = profile === 'js-1.3';
    const { result } = is10
      ? await call(server, 'SendMessage', { message: v1Message('hi') })
      : await call(server, 'message/send', { message: v03Message('hi') });
    const { id, status } = is10 ? result.task : result;
    expect(id).toBe(is10 ? 'task-1' : 'task-2');
    expect(status.message.messageId).toBe('message-1');
    expect(Date.parse(status.timestamp)).toBe(day);
  });
});

it('ids are random unless they are asked to count', async () => {
  await using server = createReferenceServer();
  for (const text of ['one', 'two']) await call(server, 'SendMessage', { message: v1Message(text) });
  const [one, two] = server.tasks.list();
  expect(one?.id).toMatch(/^[0-9a-f-]{36}$/);
  expect(two?.id).not.toBe(one?.id);
});

describe('the clock', () => {
  it('is what the server writes, from one moment to the next', async () => {
    let time = day;
    await using server = createReferenceServer({
      clock: () => time,
      async *agent() {
        yield { kind: 'status', state: 'working' };
        time += 1_000;
      },
    });
    const { result } = await call(server, 'SendMessage', { message: v1Message('hi') });
    expect(Date.parse(result.task.status.timestamp)).toBe(day + 1_000);
    const after = new Date(day + 1_000).toISOString();
    const list = async (time: string) =>
      (await call(server, 'ListTasks', { statusTimestampAfter: time })).result.tasks.length;
    expect([await list(after), await list(new Date(day + 1_001).toISOString())]).toEqual([1, 0]);
  });

  it('does not hurry sleeps', async () => {
    vi.useFakeTimers();
    await using server = createReferenceServer({
      clock: () => Date.now() + 3_600_000,
      async *agent(turn) {
        await turn.sleep(1_000);
        yield completed();
      },
    });
    const sent = call(server, 'SendMessage', { message: v1Message('hi') });
    await vi.advanceTimersByTimeAsync(999);
    expect(server.tasks.list()[0]?.status.state).toBe('submitted');
    await vi.advanceTimersByTimeAsync(1);
    expect((await sent).result.task.status.state).toBe('TASK_STATE_COMPLETED');
  });

  it('is the global one, faked after the server was made or before', async () => {
    const state = async (options: ReferenceServerOptions) => {
      await using server = createReferenceServer(options);
      vi.useFakeTimers({ now: day, toFake: ['Date'] });
      const { result } = await call(server, 'SendMessage', { message: v1Message('hi') });
      return Date.parse(result.task.status.timestamp);
    };
    expect(await state({})).toBe(day);
    expect(await state({ clock: undefined })).toBe(day);
  });

  it('dates the signatures of notifications', async () => {
    const bodies: string[] = [];
    await using server = createReferenceServer({
      clock: () => day,
      push: {
        allowPrivate: true,
        sign: { secret: 'secret', timestampHeader: 'X-Time' },
        async fetch(input) {
          bodies.push(await (input as Request).text());
          return new Response();
        },
      },
    });
    const taskPushNotificationConfig = { url: 'http://app.test/hook' };
    await call(server, 'SendMessage', {
      message: v1Message('hi'),
      configuration: { taskPushNotificationConfig },
    });
    await vi.waitFor(() => expect(server.notifications.length).toBeGreaterThan(0));
    const headers = server.notifications[0]?.headers;
    expect(headers?.['x-time']).toBe(String(day / 1_000));
    const mac = createHmac('sha256', 'secret')
      .update(`${day / 1_000}.${bodies[0]}`)
      .digest('hex');
    expect(headers?.['x-webhook-signature']).toBe(`sha256=${mac}`);
  });
});
