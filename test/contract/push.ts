import { PushNotificationNotSupportedError, type TaskPushNotificationConfig } from 'a2a-await';
import { type Capture, callIn } from './capture.js';
import { type Entries, on } from './entry.js';
import { refusal } from './expected.js';
import { sdkServers } from './servers.js';

const url = 'http://127.0.0.1:1/h';
const token = 'tk';

/** The task that a recorded request is about, whatever the dialect calls it. */
const taskOf = (capture: Capture) => {
  const { taskId, id } = (callIn(capture)?.params ?? {}) as { taskId?: string; id?: string };
  return taskId ?? id ?? '';
};
const config = { id: 'c1', url, token };

/** What each of them answers: the configuration of the task that it names itself. */
const stored = (answer: { value(path: string): unknown }): TaskPushNotificationConfig => {
  const [first = answer.value('result')] = [
    answer.value('result.configs.0') ?? answer.value('result.0'),
  ].filter(Boolean);
  const { taskId } = first as { taskId: string };
  return { taskId, id: 'c1', url, token };
};

export const push: Entries = {
  ...on(sdkServers, '29-push-create', {
    call: (client, capture) => client.pushNotifications.set(taskOf(capture), config),
    expect: stored,
  }),
  ...on(sdkServers, '30-push-get', {
    call: (client, capture) => client.pushNotifications.get(taskOf(capture), 'c1'),
    expect: stored,
  }),
  ...on(sdkServers, '31-push-list', {
    call: (client, capture) => client.pushNotifications.list(taskOf(capture)),
    expect: answer => [stored(answer)],
  }),
  ...on(sdkServers, '32-push-delete', {
    call: (client, capture) => client.pushNotifications.delete(taskOf(capture), 'c1'),
    expect: () => undefined,
  }),
  ...on(sdkServers, '33-push-list-empty', {
    call: (client, capture) => client.pushNotifications.list(taskOf(capture)),
    expect: () => [],
  }),
  'praisonai-hybrid/23-push-set': {
    call: (client, capture) => client.pushNotifications.set(taskOf(capture), { url: 'http://x' }),
    expect: refusal(PushNotificationNotSupportedError, -32601, 'Push notifications not supported'),
  },
};
