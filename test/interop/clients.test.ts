import type { Message } from 'a2a-await';
import { createReferenceServer, type ReferenceServer } from 'a2a-await/testing';
import { type Listening, listen } from 'a2a-await/testing/node';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { type Binding, clients, type KnownClient } from './clients/known.js';
import {
  briefConfig,
  briefEvent,
  briefMessage,
  briefTask,
  partsOf,
  taskIdOf,
  type Wire,
} from './clients/reading.js';
import { type Account, runClient } from './clients/run-client.js';
import { scriptedAgent } from './clients/scripted-agent.js';
import { startWebhook, type Webhook } from './clients/webhook.js';
import { type Peer, peers, titleOf } from './peers.js';

// The other way round: other people's clients call the reference server. Each client is a process that lives through
// all its stories, over each binding in turn, and prints what it saw; the tests look at that, and at the server.

/** One client over one binding, and the server that it called. */
interface Call extends KnownClient {
  binding: Binding;
  server(): ReferenceServer;
  /** What it saw of a story; throws if that ended with an error. */
  saw(story: string): Wire;
  /** The error that a story ended with. */
  failure(story: string): Wire;
  /** What arrived at the webhook of that name, in the end so many. */
  arrived(name: string, count: number): Promise<Array<{ event: string; headers: Wire }>>;
}

const bindings = ['JSONRPC', 'HTTP+JSON'] as const;

for (const client of clients) {
  const peer = peers.find(({ name }) => name === client.name) as Peer;
  describe.skipIf(!peer.installed && !process.env['CI'])(`the client of ${titleOf(peer)}`, () => {
    const servers = new Map<Binding, { server: ReferenceServer; listening: Listening }>();
    let webhook: Webhook;
    let account: Account;

    beforeAll(async () => {
      if (!peer.installed) throw new Error(titleOf(peer));
      webhook = await startWebhook();
      for (const binding of bindings) {
        const server: ReferenceServer = createReferenceServer({
          dialect: client.dialect,
          // A client that leaves the choice to the card takes the first.
          bindings: binding === 'JSONRPC' ? bindings : [...bindings].reverse(),
          push: { allowPrivate: true, ...client.push },
          agent: scriptedAgent(() => server.requests),
        });
        servers.set(binding, { server, listening: await listen(server) });
      }
      account = await runClient(
        client.name,
        [...servers].map(([binding, { listening }]) => ({
          binding,
          url: listening.url,
          hook: `${webhook.url}/${binding}`,
        })),
      );
    });
    afterAll(async () => {
      for (const { server, listening } of servers.values()) {
        await server.close();
        await listening.close();
      }
      await webhook?.close();
    });

    for (const binding of bindings) {
      const tell = (story: string) => {
        const told = account.told.find(one => one.binding === binding && one.story === story);
        if (!told) throw new Error(`nothing was told of: ${story}\n${account.log}`);
        return told;
      };
      const call: Call = {
        ...client,
        binding,
        server: () => (servers.get(binding) as { server: ReferenceServer }).server,
        saw(story) {
          const { saw, error } = tell(story);
          if (error) throw new Error(`${story}: ${error.name}: ${error.message}\n${account.log}`);
          return saw;
        },
        failure: story => tell(story).error,
        arrived: (name, count) =>
          vi.waitFor(() => {
            const all = webhook.arrived.filter(({ path }) => path === `/${binding}/${name}`);
            expect(all).toHaveLength(count);
            return all.map(({ body, headers }) => ({ event: briefEvent(body), headers }));
          }, 5000),
      };
      describe(`over ${binding}`, () => {
        sendsAndGets(call);
        streams(call);
        cancelsAndLists(call);
        isNotified(call);
        isRefused(call);
        addressesTheServer(call);
        if (client.name === 'py-0.3') dropsTypes(call);
      });
    }
  });
}

const news = 'Report for: report on the news';

/** The text of a stored message. */
const wordsOf = ({ parts }: Message) => parts.map(part => (part.kind === 'text' ? part.text : '')).join('');

function sendsAndGets({ saw, server, dialect, name, binding }: Call): void {
  test('sends, waits, and has the artifact', () => {
    const task = briefTask(saw('send'));
    expect(task).toMatchObject({
      state: 'completed',
      artifacts: [news],
      history: ['user: report on the news', 'agent: At work'],
    });
    const stored = server().tasks.get(task.id);
    expect(stored).toMatchObject({ contextId: task.contextId, status: { state: 'completed' } });
    expect(stored?.history.map(wordsOf)).toEqual(['report on the news', 'At work']);
  });

  test('takes a direct message for an answer', () => {
    const answer = saw('message');
    expect(briefMessage(answer)).toBe('agent: Hello to you');
    const { contextId } = answer.message ?? answer;
    expect(
      server()
        .tasks.list()
        .map(task => task.contextId),
    ).not.toContain(contextId);
  });

  test('sends without waiting, and gets the task as it goes on, and its end', () => {
    const { first, next, last } = saw('later');
    const { id, ...submitted } = briefTask(first);
    expect(submitted).toMatchObject({ state: 'submitted', artifacts: [] });
    expect(briefTask(next)).toMatchObject({ id, state: 'working', said: 'At work', artifacts: [] });
    const method = dialect === '1.0' ? 'GetTask' : 'tasks/get';
    const artifacts = [`Report for: until ${method} 1`];
    expect(briefTask(last)).toMatchObject({ id, state: 'completed', artifacts });
  });

  test('sends and gets back parts of every kind', () => {
    const answer = saw('parts');
    // Over HTTP+JSON, the JavaScript client of 0.3 has no names of files ...
    const isRest = binding === 'HTTP+JSON';
    const named = name === 'js-0.3' && isRest ? {} : { filename: 'hello.txt' };
    const partsWith = (raw: string) => [
      { text: 'echo' },
      { data: { n: 1, list: [true, null] } },
      { raw, mediaType: 'text/plain', ...named },
      { url: 'https://example.com/a.png', mediaType: 'image/png' },
    ];
    expect(partsOf((answer.task ?? answer).artifacts[0])).toEqual(partsWith('aGVsbG8='));
    // ... and the Python one encodes what is encoded already; to itself it decodes it twice, too.
    const sent = name === 'py-0.3' && isRest ? btoa('aGVsbG8=') : 'aGVsbG8=';
    const stored = server().tasks.get(briefTask(answer).id);
    expect(partsOf(stored?.history[0])).toEqual(partsWith(sent));
  });

  test('answers a question of the agent with a second message', () => {
    const { asked, answered } = saw('input required');
    const { id, contextId } = briefTask(asked);
    expect(briefTask(asked)).toMatchObject({ state: 'input-required', said: 'Which day?', artifacts: [] });
    const artifacts = ['Booked for Tuesday'];
    expect(briefTask(answered)).toMatchObject({ id, contextId, state: 'completed', artifacts });
    expect(briefTask(answered).history).toContain('user: Tuesday');
    expect(server().tasks.get(id)?.status.state).toBe('completed');
  });

  test.each([
    ['failed', 'Out of ink'],
    ['rejected', 'Not today'],
  ])('sees that a task was %s, and why', (state, said) => {
    const task = briefTask(saw(state));
    expect(task).toMatchObject({ state, said, artifacts: [] });
    expect(server().tasks.get(task.id)?.status.state).toBe(state);
  });

  test('reads the extended card', () => {
    const { description, url, supportedInterfaces } = saw('extended card');
    expect(description).toBe('An agent for tests, to those who are known.');
    const place = binding === 'JSONRPC' ? /:\d+\/$/ : /:\d+\/rest$/;
    expect(url ?? supportedInterfaces[0].url).toMatch(place);
  });
}

function streams({ saw, server, dialect }: Call): void {
  const whole = ['task submitted', 'status working At work', `artifact ${news}`, 'status completed'];

  test('streams a task from its beginning to its end', () => {
    const events: Wire[] = saw('stream');
    expect(events.map(briefEvent)).toEqual(whole);
    const ids = new Set(events.map(taskIdOf));
    expect(ids.size).toBe(1);
    expect(server().tasks.get([...ids][0] ?? '')?.status.state).toBe('completed');
  });

  test('streams a direct message, and nothing after it', () => {
    expect(saw('stream of a message').map(briefEvent)).toEqual(['message agent: Hello to you']);
  });

  test('leaves a stream after the first event, subscribes again, and sees the end', async () => {
    const { first, rest } = saw('resubscribe');
    const method = dialect === '1.0' ? 'SubscribeToTask' : 'tasks/resubscribe';
    expect(briefEvent(first)).toBe('task submitted');
    expect(rest.map(briefEvent)).toEqual([
      'task working',
      `artifact Report for: until ${method} 1`,
      'status completed',
    ]);
    expect(new Set([first, ...rest].map(taskIdOf)).size).toBe(1);
    await vi.waitFor(() => expect(server().openStreams).toBe(0));
  });
}

function cancelsAndLists({ saw, server, dialect, over, binding }: Call): void {
  test('cancels a task, once', () => {
    const { canceled, got, again } = saw('cancel');
    const { id } = briefTask(canceled);
    expect(briefTask(canceled)).toMatchObject({ state: 'canceled', artifacts: [] });
    expect(briefTask(got)).toMatchObject({ id, state: 'canceled' });
    expect(server().tasks.get(id)?.status.state).toBe('canceled');
    const [name, message] = over[binding].notCancelable;
    expect(again).toEqual({ name, message: expect.stringContaining(message) });
  });

  test(dialect === '1.0' ? 'lists the tasks of a context, page by page' : 'has no list in 0.3', () => {
    const listed = saw('list');
    if (dialect === '0.3') return expect(listed).toBe(false);
    const pages: Wire[][] = listed.map(({ tasks }: Wire) => tasks.map(briefTask));
    expect(pages.map(page => page.map(({ artifacts }) => artifacts))).toEqual([
      [['Report for: report three'], ['Report for: report two']],
      [['Report for: report one']],
    ]);
    expect(listed.map(({ totalSize }: Wire) => totalSize)).toEqual([3, 3]);
    for (const { id, contextId } of pages.flat()) expect(server().tasks.get(id)?.contextId).toBe(contextId);
  });
}

function isNotified({ saw, server, dialect, name, arrived }: Call): void {
  const artifact = (text: string) => (dialect === '1.0' ? `artifact ${text}` : `task working ${text}`);
  const completed = (text: string) => (dialect === '1.0' ? 'status completed' : `task completed ${text}`);
  /** What became of the deliveries, by the server's own account. */
  const sent = (taskId: string) =>
    server()
      .notifications.filter(notification => notification.taskId === taskId)
      .map(({ attempts, status }) => [attempts, status]);

  test('has its webhook notified that it gave with the message', async () => {
    const { id } = briefTask(saw('push with the message'));
    const notifications = await arrived('band', 4);
    expect(notifications.map(({ event }) => event)).toEqual([
      'task submitted',
      dialect === '1.0' ? 'status working At work' : 'task working',
      artifact(news),
      completed(news),
    ]);
    for (const { headers } of notifications) {
      expect(headers).toMatchObject({
        'x-a2a-notification-token': 'token-1',
        authorization: 'Bearer secret-1',
        'content-type': 'application/json',
      });
    }
    await vi.waitFor(() => expect(sent(id)).toEqual(Array(4).fill([1, 200])));
  });

  test('has its webhook notified that it gave afterwards', async () => {
    const { taskId } = saw('push by the method');
    const methods = {
      '1.0': 'ListTaskPushNotificationConfigs 2',
      // The Python client of 0.3 cannot list them.
      '0.3': `tasks/pushNotificationConfig/${name === 'py-0.3' ? 'get 1' : 'list 2'}`,
    };
    const text = `Report for: until ${methods[dialect]}`;
    const notifications = await arrived('kept', 2);
    expect(notifications.map(({ event }) => event)).toEqual([artifact(text), completed(text)]);
    for (const { headers } of notifications) {
      expect(headers['x-a2a-notification-token']).toBe('token-2');
      expect(headers).not.toHaveProperty('authorization');
    }
    await vi.waitFor(() => expect(sent(taskId)).toEqual(Array(2).fill([1, 200])));
    // It was deleted before anything happened.
    expect(await arrived('dropped', 0)).toEqual([]);
  });

  const canAll = name !== 'py-0.3';
  test(
    canAll ? 'gets, lists and deletes its webhooks' : 'gets its webhooks, and has no list or delete',
    () => {
      const { taskId, stored, read, before, after, unknown, absent } = saw('push by the method');
      const kept = { taskId, id: 'kept', url: expect.stringMatching(/\/kept$/), token: 'token-2' };
      const dropped = { taskId, id: 'dropped', url: expect.stringMatching(/\/dropped$/) };
      expect([stored, read].map(briefConfig)).toEqual([kept, kept]);
      expect(unknown.name).toMatch(/TaskNotFound|A2AClient(JSONRPC|HTTP)Error/);
      if (!canAll) return expect(absent).toEqual(['list_task_callback', 'delete_task_callback']);
      expect(before.map(briefConfig)).toEqual([kept, dropped]);
      expect(after.map(briefConfig)).toEqual([kept]);
    },
  );
}

function isRefused({ saw, dialect, over, binding }: Call): void {
  const known = over[binding];
  const refusal = ([name, message]: [string, string]) => ({
    name,
    message: expect.stringContaining(message),
  });

  test('has an error of its own for a task that is not there', () => {
    expect(saw('unknown task')).toEqual(refusal(known.unknownTask));
  });

  test('is told that a task is over when it sends it a message', () => {
    expect(saw('message to a task that is over')).toEqual(refusal(known.over));
  });

  test(
    dialect === '1.0' ? 'is refused a stream of a task that is over' : 'gets a task that is over as a stream',
    () => {
      const seen = saw('resubscribe when it is over');
      if (dialect === '1.0') expect(seen).toEqual(refusal(known.over));
      else expect(seen.map(briefEvent)).toEqual([`task completed ${news}`]);
    },
  );

  test('is told what the agent threw', () => {
    expect(saw('thrown')).toEqual(refusal(known.thrown));
  });

  test('is told what the agent threw in a stream', () => {
    const { seen, error } = saw('thrown in a stream');
    const events = seen.map(briefEvent);
    if (known.thrownInStream) {
      expect(events).toEqual(['task submitted']);
      expect(error).toEqual(refusal(known.thrownInStream));
    } else {
      expect(events).toEqual(['task submitted', 'status failed The press is jammed']);
    }
  });
}

function addressesTheServer({ server, dialect, name, binding }: Call): void {
  test('calls every method there is, over the binding that the card prefers, with its version', () => {
    const calls = server().requests.filter(({ rpcMethod }) => rpcMethod !== undefined);
    const push = { '1.0': 'TaskPushNotificationConfig', '0.3': 'tasks/pushNotificationConfig/' };
    const methods = {
      '1.0': [
        ...['SendMessage', 'SendStreamingMessage', 'SubscribeToTask', 'GetTask', 'ListTasks', 'CancelTask'],
        ...['GetExtendedAgentCard', `Create${push['1.0']}`, `Get${push['1.0']}`],
        ...[`List${push['1.0']}s`, `Delete${push['1.0']}`],
      ],
      '0.3': [
        ...['message/send', 'message/stream', 'tasks/resubscribe', 'tasks/get', 'tasks/cancel'],
        ...['agent/getAuthenticatedExtendedCard', `${push['0.3']}set`, `${push['0.3']}get`],
        ...(name === 'py-0.3' ? [] : [`${push['0.3']}list`, `${push['0.3']}delete`]),
      ],
    };
    expect([...new Set(calls.map(({ rpcMethod }) => rpcMethod))].sort()).toEqual(methods[dialect].sort());
    for (const { path, headers } of calls) {
      expect(path).toMatch(binding === 'JSONRPC' ? /^\/$/ : /^\/rest\//);
      expect(headers['a2a-version']).toBe(dialect === '1.0' ? '1.0' : undefined);
    }
  });
}

/** Known of a2a-sdk 0.3.26: what one message is configured with replaces what the client was, as a bare dict. */
function dropsTypes({ binding, saw, failure, arrived }: Call): void {
  if (binding === 'JSONRPC') {
    test('gives a webhook with one message only', async () => {
      expect(briefTask(saw('push with one message only')).state).toBe('completed');
      expect((await arrived('once', 4)).at(-1)?.event).toBe(`task completed ${news}`);
    });
    return;
  }
  test('fails before it sends a webhook with one message only', async () => {
    const message = "'dict' object has no attribute 'authentication'";
    expect(failure('push with one message only')).toEqual({ name: 'AttributeError', message });
    expect(await arrived('once', 0)).toEqual([]);
  });
}
