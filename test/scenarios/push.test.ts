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
    expect((await rejection(push.set(task.id, {} as never))).message).toMatch(/"url"/);
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

describe('push notifications, whatever the server makes of them', () => {
  const endpoint = 'https://agent.test/a2a';
  const withAnswer = (
    answer: Parameters<typeof rpcFetch>[0],
    options: ConstructorParameters<typeof A2AClient>[1] = { dialect: '1.0' },
  ) => {
    const { fetch, requests } = rpcFetch(answer);
    return { requests, client: new A2AClient(endpoint, { endpoint, fetch, ...options }) };
  };

  it('are listed to the last page, and no page for ever', async () => {
    const { client, requests } = withAnswer(({ id, params }) => {
      const { pageToken = 'p1' } = params as { pageToken?: string };
      const nextPageToken = { p1: 'p2', p2: 'p3', p3: '' }[pageToken];
      const result = { configs: [{ taskId: 't', id: pageToken, url }], nextPageToken };
      return json(JSON.stringify({ jsonrpc: '2.0', id, result }));
    });
    expect((await client.pushNotifications.list('t')).map(({ id }) => id)).toEqual(['p1', 'p2', 'p3']);
    expect(requests).toHaveLength(3);
    const endless = withAnswer(({ id }) =>
      json(JSON.stringify({ jsonrpc: '2.0', id, result: { configs: [], nextPageToken: 'more' } })),
    );
    expect((await rejection(endless.client.pushNotifications.list('t'))).name).toBe('ResponseFormatError');
  });

  it('get an id with a message, too, and nothing that a strict server would refuse', async () => {
    const { client, requests } = withAnswer(({ id }) =>
      json(
        JSON.stringify({
          jsonrpc: '2.0',
          id,
          result: { task: { id: 't', status: { state: 'TASK_STATE_WORKING' } } },
        }),
      ),
    );
    const stored = { taskId: 'another', url, token, surplus: 1, id: undefined } as never;
    await client.sendMessage('hi', { returnImmediately: true, pushNotification: stored });
    expect(requests[0]?.params['configuration']).toEqual({
      returnImmediately: true,
      taskPushNotificationConfig: { id: expect.stringMatching(/./), url, token },
    });
    const refused = client.sendMessage('hi', { returnImmediately: true, pushNotification: {} as never });
    expect(await rejection(refused)).toBeInstanceOf(TypeError);
    expect(requests).toHaveLength(1);
  });

  it('show their secrets to nobody when the server repeats them', async () => {
    const config = {
      url,
      token: 'S3CRET-token',
      authentication: { scheme: 'Bearer', credentials: 'S3CRET-cr' },
    };
    const { client } = withAnswer(({ id, params }) =>
      json(
        JSON.stringify({
          jsonrpc: '2.0',
          id,
          error: { code: -32602, message: `Invalid: ${JSON.stringify(params)}`, data: [{ given: params }] },
        }),
      ),
    );
    for (const call of [
      () => client.pushNotifications.set('t', config),
      () => client.sendMessage('hi', { pushNotification: config }),
    ]) {
      const error = await rejection(call());
      expect(error.message + JSON.stringify((error as { data?: unknown }).data)).not.toContain('S3CRET');
      expect(error.message).toContain('[redacted]');
    }
  });

  it('do not follow a redirect to another origin with their secrets', async () => {
    const asked: string[] = [];
    const fetch = (async (input: string) => {
      asked.push(new URL(input).origin);
      return new Response(null, { status: 307, headers: { location: 'https://elsewhere.test/a2a' } });
    }) as typeof globalThis.fetch;
    const client = new A2AClient(endpoint, { endpoint, dialect: '1.0', fetch, retry: 0 });
    expect((await rejection(client.pushNotifications.set('t', { url, token }))).name).toBe('HttpError');
    expect(asked).toEqual(['https://agent.test']);
  });

  it.each([
    ['a bare 405', 405, '', 'PushNotificationNotSupportedError'],
    ['a 405 with words', 405, '{"error":"Method Not Allowed"}', 'PushNotificationNotSupportedError'],
    ['a 501', 501, '{"message":"not implemented"}', 'PushNotificationNotSupportedError'],
    ['a 404 of no route', 404, '{"detail":"Not Found"}', 'PushNotificationNotSupportedError'],
    ['a 404 of no route, as a message', 404, '{"message":"Not Found"}', 'PushNotificationNotSupportedError'],
    ['a 404 of a task', 404, '{"message":"Task not found"}', 'TaskNotFoundError'],
    ['a 404 of a configuration', 404, '{"message":"No such config"}', 'TaskNotFoundError'],
  ])('over HTTP+JSON, %s is what it is', async (_, status, body, name) => {
    const fetch = (async () => new Response(body, { status })) as typeof globalThis.fetch;
    const client = new A2AClient(endpoint, {
      endpoint,
      dialect: '1.0',
      binding: 'HTTP+JSON',
      fetch,
      retry: 0,
    });
    expect((await rejection(client.pushNotifications.get('t', 'c'))).name).toBe(name);
  });

  it('without an id are not asked for in a path', async () => {
    const { client, requests } = withAnswer(() => json('{}'), { dialect: '1.0', binding: 'HTTP+JSON' });
    expect((await rejection(client.pushNotifications.get('t'))).name).toBe('InvalidParamsError');
    expect(requests).toHaveLength(0);
  });

  it('are deleted by an answer without words, too', async () => {
    const fetch = (async () => new Response(null, { status: 204 })) as typeof globalThis.fetch;
    const client = new A2AClient(endpoint, { endpoint, dialect: '1.0', fetch });
    await expect(client.pushNotifications.delete('t', 'c')).resolves.toBeUndefined();
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
