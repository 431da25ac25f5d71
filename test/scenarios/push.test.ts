import { A2AClient, isTask, PushNotificationNotSupportedError, textOf } from 'a2a-await';
import { createWebhookReceiver } from 'a2a-await/webhook';
import { describe, expect, it } from 'vitest';
import { type AgentKind, agents, pair } from '../support/agents.js';
import { json, rpcError, rpcFetch } from '../support/rpc-fetch.js';
import { rejection } from '../support/settling.js';

const url = 'https://app.example/hook';
const token = 'tk';
const authentication = { scheme: 'Bearer', credentials: 'cr' };

/** A task of an agent that can notify, by its pair. */
async function begun(kind: AgentKind, push: object | boolean = true) {
  const it = pair(kind, { push: push as true });
  const task = await it.client.sendMessage('hi');
  if (!isTask(task)) throw new Error('It is a task.');
  return { it, task, push: it.client.pushNotifications };
}

describe.each(agents)('push notifications on $title', kind => {
  const isPraison = kind.dialect === 'praison';

  it('are configured, read, listed and deleted', async () => {
    const { it, task, push } = await begun(kind);
    await using _ = it;
    const set = await push.set(task.id, { id: 'c1', url, token, authentication });
    // PraisonAI has but one for a task, without an id; nobody has to show credentials again.
    expect(set).toMatchObject({ taskId: task.id, url, ...(!isPraison && { id: 'c1' }) });
    expect(await push.get(task.id, 'c1')).toMatchObject({ taskId: task.id, url });
    expect(await push.list(task.id)).toMatchObject([{ taskId: task.id, url }]);
    await push.delete(task.id, 'c1');
    expect(await push.list(task.id)).toEqual([]);
  });

  it('have an id of their own where none is given, so that one does not replace another', async () => {
    const { it, task, push } = await begun(kind);
    await using _ = it;
    const [one, two] = [await push.set(task.id, { url }), await push.set(task.id, { url: `${url}/2` })];
    expect(await push.list(task.id)).toHaveLength(isPraison ? 1 : 2);
    if (!isPraison) expect(one.id).not.toBe(two.id);
  });

  it('that the agent does not have are refused by name', async () => {
    const { it, task, push } = await begun(kind, false);
    await using _ = it;
    for (const call of [
      () => push.set(task.id, { url }),
      () => push.get(task.id, 'c1'),
      () => push.list(task.id),
      () => push.delete(task.id, 'c1'),
    ]) {
      expect(await rejection(call())).toBeInstanceOf(PushNotificationNotSupportedError);
    }
  });

  it.each([-32003, -32004, -32601, 404, 405, 501] as const)(
    'refused with %d are not there',
    async refusal => {
      const { it, task, push } = await begun(kind, { methods: 'none', refusal });
      await using _ = it;
      expect(await rejection(push.set(task.id, { url }))).toBeInstanceOf(PushNotificationNotSupportedError);
    },
  );

  it('without a task, a url, or an id to delete are refused before anything is sent', async () => {
    const { it, task, push } = await begun(kind);
    await using _ = it;
    const before = it.server.requests.length;
    expect((await rejection(push.set('', { url }))).message).toMatch(/"taskId"/);
    expect((await rejection(push.set(task.id, {} as never))).message).toMatch(/"config.url"/);
    if (!isPraison) expect(await rejection(push.delete(task.id))).toBeInstanceOf(TypeError);
    expect(it.server.requests).toHaveLength(before);
    if (isPraison) {
      await push.set(task.id, { url });
      await push.delete(task.id);
      expect(await push.list(task.id)).toEqual([]);
    }
  });

  it('reach a receiver, are let in, and end its wait with the whole task', async () => {
    await using receiver = createWebhookReceiver({ url });
    const push = {
      fetch: (input: string | URL | Request, init?: RequestInit) => receiver.handle(new Request(input, init)),
    };
    await using it = pair(kind, {
      push,
      agent: async function* ({ text }) {
        await new Promise(resolve => setTimeout(resolve, 30));
        yield {
          kind: 'artifact',
          artifact: { parts: [{ kind: 'text', text }] },
          append: false,
          lastChunk: true,
        };
      },
    });
    const registration = await receiver.register();
    const pushNotification = registration.toConfig();
    const sent = await it.client.sendMessage('the report', { returnImmediately: true, pushNotification });
    if (!isTask(sent)) throw new Error('It is a task.');
    await registration.bind(sent.id);
    // PraisonAI takes no heed of what comes with the message.
    if (isPraison) await it.client.pushNotifications.set(sent.id, pushNotification);
    const done = await receiver.wait(registration, { source: it.client, timeout: 5_000 });
    expect(textOf(done)).toBe('the report');
    expect(it.server.notifications.map(({ status }) => status)).toContain(204);
  });
});

describe('a list of push notifications', () => {
  const list = async (value: unknown) => {
    const { fetch } = rpcFetch(({ id }) => json(JSON.stringify({ jsonrpc: '2.0', id, result: value })));
    const endpoint = 'https://agent.test';
    return new A2AClient(endpoint, { endpoint, dialect: '1.0', fetch }).pushNotifications.list('t');
  };

  it.each([
    ['nothing', undefined],
    ['null', null],
    ['an empty object', {}],
    ['an empty array', []],
  ])('may be %s', async (_, value) => {
    expect(await list(value)).toEqual([]);
  });

  it('may be nested, in snake_case, and of all tasks', async () => {
    expect(
      await list({
        configs: [
          { task_id: 't', config: { id: 'a', url } },
          { taskId: 'other', pushNotificationConfig: { url } },
          { taskId: 't', pushNotificationConfig: { id: 'b', url, authentication: { schemes: ['Bearer'] } } },
        ],
      }),
    ).toEqual([
      { taskId: 't', id: 'a', url },
      { taskId: 't', id: 'b', url, authentication: { scheme: 'Bearer' } },
    ]);
  });

  it('with something that has no url is an error', async () => {
    expect((await rejection(list([{ taskId: 't' }]))).name).toBe('ResponseFormatError');
  });
});

describe('an unknown configuration', () => {
  it('is an error that is not taken for "no notifications"', async () => {
    const { fetch } = rpcFetch(({ id }) => rpcError(id, -32001, 'Push notification config not found'));
    const endpoint = 'https://agent.test';
    const client = new A2AClient(endpoint, { endpoint, dialect: '1.0', fetch });
    expect((await rejection(client.pushNotifications.get('t', 'c1'))).name).toBe('TaskNotFoundError');
  });
});
