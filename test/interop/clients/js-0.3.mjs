// Client js-0.3: @a2a-js/sdk 0.3 (A2A 0.3), JSON-RPC and REST. What it read is printed as it is, the JSON of 0.3.
import { randomUUID } from 'node:crypto';
import { all, firstOf, load, refusal, tell } from './telling.mjs';

const { ClientFactory } = load('a2a-sdk-03/client');

const request = (parts, { message, ...configuration } = {}) => ({
  message: {
    kind: 'message',
    messageId: randomUUID(),
    role: 'user',
    parts: typeof parts === 'string' ? [{ kind: 'text', text: parts }] : parts,
    ...message,
  },
  configuration,
});
const asIs = event => event;

await tell(async ({ url, hook }) => {
  const client = await new ClientFactory().createFromUrl(url);
  const send = async (parts, options) => client.sendMessage(request(parts, options));
  const later = text => send(text, { blocking: false });
  const get = id => client.getTask({ id });
  const finished = async id => {
    const task = await get(id);
    return task.status.state === 'completed' ? task : finished(id);
  };

  return {
    send: () => send('report on the news'),

    message: () => send('hello'),

    parts: () =>
      send([
        { kind: 'text', text: 'echo' },
        { kind: 'data', data: { n: 1, list: [true, null] } },
        { kind: 'file', file: { bytes: 'aGVsbG8=', name: 'hello.txt', mimeType: 'text/plain' } },
        { kind: 'file', file: { uri: 'https://example.com/a.png', mimeType: 'image/png' } },
      ]),

    later: async () => {
      const first = await later('until tasks/get 1');
      return { first, next: await get(first.id), last: await finished(first.id) };
    },

    stream: () => all(client.sendMessageStream(request('report on the news')), asIs),

    'stream of a message': () => all(client.sendMessageStream(request('hello')), asIs),

    resubscribe: async () => {
      const first = await firstOf(client.sendMessageStream(request('until tasks/resubscribe 1')));
      return { first, rest: await all(client.resubscribeTask({ id: first.id }), asIs) };
    },

    'resubscribe when it is over': async () => {
      const { id } = await send('report on the news');
      return all(client.resubscribeTask({ id }), asIs);
    },

    cancel: async () => {
      const { id } = await later('hold');
      const canceled = await client.cancelTask({ id });
      return { canceled, got: await get(id), again: await refusal(client.cancelTask({ id })) };
    },

    list: async () => 'listTasks' in client,

    'push with the message': () =>
      send('report on the news', {
        pushNotificationConfig: {
          id: 'band',
          url: `${hook}/band`,
          token: 'token-1',
          authentication: { schemes: ['Bearer'], credentials: 'secret-1' },
        },
      }),

    'push by the method': async () => {
      const { id: taskId } = await later('until tasks/pushNotificationConfig/list 2');
      const set = config =>
        client.setTaskPushNotificationConfig({
          taskId,
          pushNotificationConfig: { url: `${hook}/${config.id}`, ...config },
        });
      const list = () => client.listTaskPushNotificationConfig({ id: taskId });
      const named = pushNotificationConfigId => ({ id: taskId, pushNotificationConfigId });
      const stored = await set({ id: 'kept', token: 'token-2' });
      const read = await client.getTaskPushNotificationConfig(named('kept'));
      await set({ id: 'dropped' });
      const before = await list();
      await client.deleteTaskPushNotificationConfig(named('dropped'));
      return {
        taskId,
        stored,
        read,
        before,
        after: await list(),
        unknown: await refusal(client.getTaskPushNotificationConfig(named('dropped'))),
      };
    },

    'input required': async () => {
      const asked = await send('ask');
      const { id: taskId, contextId } = asked;
      return { asked, answered: await send('Tuesday', { message: { taskId, contextId } }) };
    },

    failed: () => send('fail'),

    rejected: () => send('refuse'),

    thrown: () => refusal(send('crash')),

    'thrown in a stream': async () => {
      const seen = await all(client.sendMessageStream(request('crash')), asIs);
      return { seen };
    },

    'unknown task': () => refusal(get('no-such-task')),

    'message to a task that is over': async () => {
      const { id: taskId } = await send('report on the news');
      return refusal(send('more', { message: { taskId } }));
    },

    'extended card': () => client.getAgentCard(),
  };
});
