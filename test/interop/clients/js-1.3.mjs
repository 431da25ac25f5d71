// Client js-1.3: @a2a-js/sdk 1.3 (A2A 1.0), JSON-RPC and REST. What it read is printed as its own JSON of 1.0.
import { randomUUID } from 'node:crypto';
import { all, firstOf, load, refusal, tell } from './telling.mjs';

const {
  ListTaskPushNotificationConfigsResponse,
  ListTasksResponse,
  SendMessageRequest,
  StreamResponse,
  Task,
  TaskPushNotificationConfig,
  ...sdk
} = load('a2a-sdk-1');
const { ClientFactory } = load('a2a-sdk-1/client');

/** It takes objects with every field; this fills in those that are not there. */
const request = (parts, { message, ...configuration } = {}) =>
  SendMessageRequest.fromJSON({
    message: {
      messageId: randomUUID(),
      role: 'ROLE_USER',
      parts: typeof parts === 'string' ? [{ text: parts }] : parts,
      ...message,
    },
    configuration: { returnImmediately: false, ...configuration },
  });
const answer = sent =>
  'messageId' in sent ? { message: sdk.Message.toJSON(sent) } : { task: Task.toJSON(sent) };
const event = StreamResponse.toJSON;

await tell(async ({ url, hook }) => {
  const client = await new ClientFactory().createFromUrl(url);
  const send = async (parts, options) => client.sendMessage(request(parts, options));
  const later = text => send(text, { returnImmediately: true });
  const get = async id => Task.toJSON(await client.getTask({ tenant: '', id, historyLength: undefined }));
  const finished = async id => {
    const task = await get(id);
    return task.status.state === 'TASK_STATE_COMPLETED' ? task : finished(id);
  };

  return {
    send: async () => answer(await send('report on the news')),

    message: async () => answer(await send('hello')),

    parts: async () =>
      answer(
        await send([
          { text: 'echo' },
          { data: { n: 1, list: [true, null] } },
          { raw: 'aGVsbG8=', filename: 'hello.txt', mediaType: 'text/plain' },
          { url: 'https://example.com/a.png', mediaType: 'image/png' },
        ]),
      ),

    later: async () => {
      const first = await later('until GetTask 1');
      return { first: answer(first), next: await get(first.id), last: await finished(first.id) };
    },

    stream: () => all(client.sendMessageStream(request('report on the news')), event),

    'stream of a message': () => all(client.sendMessageStream(request('hello')), event),

    resubscribe: async () => {
      const first = await firstOf(client.sendMessageStream(request('until SubscribeToTask 1')));
      const { id } = first.payload.value;
      return { first: event(first), rest: await all(client.resubscribeTask({ tenant: '', id }), event) };
    },

    'resubscribe when it is over': async () => {
      const { id } = await send('report on the news');
      return refusal(all(client.resubscribeTask({ tenant: '', id }), event));
    },

    cancel: async () => {
      const { id } = await later('hold');
      const canceled = Task.toJSON(await client.cancelTask({ tenant: '', id, metadata: undefined }));
      return {
        canceled,
        got: await get(id),
        again: await refusal(client.cancelTask({ tenant: '', id, metadata: undefined })),
      };
    },

    list: async () => {
      const contextId = randomUUID();
      for (const text of ['report one', 'report two', 'report three']) {
        await send(text, { message: { contextId } });
      }
      const pages = [];
      let pageToken = '';
      do {
        const query = { tenant: '', contextId, status: sdk.TaskState.TASK_STATE_COMPLETED, pageToken };
        const page = await client.listTasks({ ...query, pageSize: 2, includeArtifacts: true });
        pages.push(ListTasksResponse.toJSON(page));
        pageToken = page.nextPageToken;
      } while (pageToken);
      return pages;
    },

    'push with the message': async () => {
      const taskPushNotificationConfig = {
        id: 'band',
        url: `${hook}/band`,
        token: 'token-1',
        authentication: { scheme: 'Bearer', credentials: 'secret-1' },
      };
      return answer(await send('report on the news', { taskPushNotificationConfig }));
    },

    'push by the method': async () => {
      const { id: taskId } = await later('until ListTaskPushNotificationConfigs 2');
      const set = config =>
        client.createTaskPushNotificationConfig(
          TaskPushNotificationConfig.fromJSON({ taskId, url: `${hook}/${config.id}`, ...config }),
        );
      const list = async () =>
        ListTaskPushNotificationConfigsResponse.toJSON(
          await client.listTaskPushNotificationConfig({ tenant: '', taskId, pageSize: 0, pageToken: '' }),
        ).configs;
      const stored = await set({ id: 'kept', token: 'token-2' });
      const read = await client.getTaskPushNotificationConfig({ tenant: '', taskId, id: 'kept' });
      await set({ id: 'dropped' });
      const before = await list();
      await client.deleteTaskPushNotificationConfig({ tenant: '', taskId, id: 'dropped' });
      return {
        taskId,
        stored: TaskPushNotificationConfig.toJSON(stored),
        read: TaskPushNotificationConfig.toJSON(read),
        before,
        after: await list(),
        unknown: await refusal(client.getTaskPushNotificationConfig({ tenant: '', taskId, id: 'dropped' })),
      };
    },

    'input required': async () => {
      const asked = await send('ask');
      const { id: taskId, contextId } = asked;
      return {
        asked: answer(asked),
        answered: answer(await send('Tuesday', { message: { taskId, contextId } })),
      };
    },

    failed: async () => answer(await send('fail')),

    rejected: async () => answer(await send('refuse')),

    thrown: () => refusal(send('crash')),

    'thrown in a stream': async () => {
      const seen = [];
      const reading = async () => {
        for await (const one of client.sendMessageStream(request('crash'))) seen.push(event(one));
      };
      return { error: await refusal(reading()), seen };
    },

    'unknown task': () => refusal(get('no-such-task')),

    'message to a task that is over': async () => {
      const { id: taskId } = await send('report on the news');
      return refusal(send('more', { message: { taskId } }));
    },

    'extended card': async () => sdk.AgentCard.toJSON(await client.getAgentCard()),
  };
});
