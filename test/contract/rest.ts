import {
  type A2AClient,
  accumulate,
  InvalidParamsError,
  isTask,
  type Message,
  type StreamEvent,
  type Task,
  TaskNotCancelableError,
  TaskNotFoundError,
  type TaskState,
  UnsupportedOperationError,
  VersionNotSupportedError,
} from 'a2a-await';
import { type Capture, readCapture } from './capture.js';

/** What a call over HTTP+JSON makes of a recorded answer. */
export interface RestEntry {
  call: (client: A2AClient) => Promise<unknown>;
  /** The request our client makes; where the recorded one was another, ours. */
  sends: string;
  expect: (body: never) => unknown;
  /** What answers when the store is asked how the task of a stream stands; the same answer again without it. */
  store?: string;
}

const restServer = 'js-1.3.0-rest-v1';

/** The task that a recorded request is about. */
export const taskOf = (capture: string): string => {
  const { path } = readCapture(capture).request;
  return /\/tasks\/([^/:?]+)/.exec(path)?.[1] ?? '';
};

const send = (text: string, options = {}) => ({
  call: (client: A2AClient) => client.sendMessage(text, options),
  sends: 'POST /rest/message:send',
});
const ofTask = (
  name: string,
  call: (client: A2AClient, id: string) => Promise<unknown>,
  sends: string,
  id = taskOf(`${restServer}/${name}`),
) => ({
  call: (client: A2AClient) => call(client, id),
  sends: sends.replace('{id}', id),
});
const get = (name: string, historyLength?: number): Pick<RestEntry, 'call' | 'sends'> =>
  ofTask(
    name,
    (client, id) => client.getTask(id, historyLength === undefined ? {} : { historyLength }),
    `GET /rest/tasks/{id}${historyLength === undefined ? '' : `?historyLength=${historyLength}`}`,
  );
const cancel = (name: string) =>
  ofTask(name, (client, id) => client.cancel(id), 'POST /rest/tasks/{id}:cancel');
export const all = async (events: AsyncIterable<StreamEvent>) => {
  const kinds: string[] = [];
  const noted = (async function* () {
    for await (const event of events) {
      kinds.push(event.kind);
      yield event;
    }
  })();
  const told = await accumulate(noted);
  return { kinds, state: isTask(told) && told.status.state, artifacts: isTask(told) && told.artifacts };
};
const stream = (text: string) => ({
  call: (client: A2AClient) => all(client.streamMessage(text, { reconnect: false })),
  sends: 'POST /rest/message:stream',
});

/** The task of an answer, in the words that matter. */
export const task =
  (state: TaskState, texts: string[] = [], said?: string) =>
  (body: { task?: Task } & Task) => {
    const { id, contextId } = body.task ?? body;
    return { id, contextId, state, texts, said };
  };
export const hello = task('completed', ['he', 'llo']);
export const updates = ['task', 'status-update', 'artifact-update', 'artifact-update', 'status-update'];
export const refused = (type: abstract new (...given: never[]) => Error, reason?: string) => () => ({
  type,
  reason,
});

export const hook = 'http://127.0.0.1:1/h';
/** The configuration of the task that the answer names, by whatever member. */
export const hooked = (stored: { taskId?: string; name?: string }) => ({
  taskId: stored.taskId ?? stored.name?.split('/')[1],
  id: 'c1',
  url: hook,
});
export const nothing = () => ({ nothing: true });

const entries: Readonly<Record<string, RestEntry>> = {
  '01-send-task': { ...send('hello'), expect: hello },
  '02-send-message': {
    ...send('message'),
    expect: ({ message }: { message: Message }) => ({ message: message.messageId, text: 'direct' }),
  },
  '03-send-parts': { ...send('parts'), expect: task('completed', ['t']) },
  '04-send-input-required': { ...send('input'), expect: task('input-required', [], 'need more') },
  '05-send-default-slow': { ...send('slow'), expect: hello },
  '06-send-nonblocking': { ...send('slow', { returnImmediately: true }), expect: task('submitted') },
  '07-cancel-running': { ...cancel('07-cancel-running'), expect: task('canceled') },
  '08-get': { ...get('08-get'), expect: hello },
  '09-get-history-1': { ...get('09-get-history-1', 1), expect: hello },
  '10-get-missing': { ...get('10-get-missing'), expect: refused(TaskNotFoundError, 'TASK_NOT_FOUND') },
  '11-list': {
    call: client => client.listTasks({ pageSize: 2 }),
    sends: 'GET /rest/tasks?pageSize=2',
    expect: ({ tasks, nextPageToken }: { tasks: Task[]; nextPageToken: string }) => ({
      ids: tasks.map(({ id }) => id),
      nextPageToken,
    }),
  },
  '12-cancel-completed': {
    ...cancel('12-cancel-completed'),
    expect: refused(TaskNotCancelableError, 'TASK_NOT_CANCELABLE'),
  },
  '13-stream': { ...stream('hello'), expect: () => ({ kinds: updates, state: 'completed' }) },
  '14-stream-agent-throws': {
    ...stream('fail'),
    expect: () => ({ kinds: ['task', 'status-update', 'status-update'], state: 'failed' }),
  },
  '15-send-agent-throws': { ...send('fail'), expect: task('failed', [], 'Agent execution error: boom') },
  '16-subscribe-terminal-post': {
    ...ofTask(
      '16-subscribe-terminal-post',
      (client, id) => all(client.subscribe(id)),
      'POST /rest/tasks/{id}:subscribe',
    ),
    expect: refused(UnsupportedOperationError, 'UNSUPPORTED_OPERATION'),
  },
  '17-subscribe-terminal-get': {
    ...ofTask(
      '17-subscribe-terminal-get',
      (client, id) => all(client.subscribe(id)),
      'POST /rest/tasks/{id}:subscribe',
    ),
    expect: refused(UnsupportedOperationError, 'UNSUPPORTED_OPERATION'),
  },
  '18-push-create': {
    ...ofTask(
      '18-push-create',
      (client, id) => client.pushNotifications.set(id, { id: 'c1', url: hook }),
      'POST /rest/tasks/{id}/pushNotificationConfigs',
    ),
    expect: hooked,
  },
  '19-push-list': {
    ...ofTask(
      '19-push-list',
      (client, id) => client.pushNotifications.list(id),
      'GET /rest/tasks/{id}/pushNotificationConfigs',
    ),
    expect: ({ configs }: { configs: object[] }) => configs.map(hooked),
  },
  '20-push-get': {
    ...ofTask(
      '20-push-get',
      (client, id) => client.pushNotifications.get(id, 'c1'),
      'GET /rest/tasks/{id}/pushNotificationConfigs/c1',
    ),
    expect: hooked,
  },
  '21-push-delete': {
    ...ofTask(
      '21-push-delete',
      (client, id) => client.pushNotifications.delete(id, 'c1'),
      'DELETE /rest/tasks/{id}/pushNotificationConfigs/c1',
    ),
    expect: nothing,
  },
  '22-bad-body': { ...send('x'), expect: refused(InvalidParamsError, 'INVALID_PARAMS') },
  '23-version-2': {
    ...get('23-version-2'),
    expect: refused(VersionNotSupportedError, 'VERSION_NOT_SUPPORTED'),
  },
  '24-version-missing': {
    ...get('24-version-missing'),
    expect: refused(VersionNotSupportedError, 'VERSION_NOT_SUPPORTED'),
  },
  '25-extended-card': {
    call: client => client.getExtendedAgentCard(),
    sends: 'GET /rest/extendedAgentCard',
    expect: () => ({ card: 'js13' }),
  },
};

export const restV1: Readonly<Record<string, RestEntry>> = Object.fromEntries(
  Object.entries(entries).map(([name, entry]) => [`${restServer}/${name}`, entry]),
);

export const bodyOf = ({ response }: Capture) =>
  response.body?.startsWith('{') ? JSON.parse(response.body) : {};
