import {
  type A2AClient,
  InvalidParamsError,
  type Message,
  PushNotificationNotSupportedError,
  RpcError,
  StreamInterruptedError,
  TaskNotCancelableError,
  TaskNotFoundError,
  type TaskState,
  UnsupportedOperationError,
  VersionNotSupportedError,
} from 'a2a-await';
import { all, hello, hook, hooked, nothing, type RestEntry, refused, task, taskOf, updates } from './rest.js';

const js = 'js-1.3.0-compat-rest-v03';
const py = 'py-0.3.26-rest-v03';
const pyCompat = 'py-1.1.0-compat-rest-v03';
const servers = [js, py, pyCompat];

/** What a case is on all three: `{id}` is the task that was recorded. */
interface Call {
  call: (client: A2AClient, id: string) => Promise<unknown>;
  sends: string;
}

/** Without waiting for the end: where the Python servers were not told to block, they did not. */
const send = (text: string): Call => ({
  call: client => client.sendMessage(text, { returnImmediately: true }),
  sends: 'POST /rest/v1/message:send',
});
const get: Call = {
  call: (client, id) => client.getTask(id),
  sends: 'GET /rest/v1/tasks/{id}?historyLength=10000',
};
const cancel: Call = { call: (client, id) => client.cancel(id), sends: 'POST /rest/v1/tasks/{id}:cancel' };
const stream = (text: string): Call => ({
  call: client => all(client.streamMessage(text, { reconnect: false })),
  sends: 'POST /rest/v1/message:stream',
});
const subscribe: Call = {
  call: (client, id) => all(client.subscribe(id, { reconnect: { minDelay: 1 } })),
  sends: 'GET /rest/v1/tasks/{id}:subscribe',
};

const direct = ({ message }: { message: Message }) => ({ message: message.messageId, text: 'direct' });
const submitted = task('submitted');
const failed = task('failed', [], 'Agent execution error: boom');
const stopped =
  (state: TaskState, kinds = updates) =>
  () => ({ kinds, state });
/** Told by the store where the stream is silent or refused. */
const stored = stopped('completed', ['task']);
const interrupted = refused(StreamInterruptedError);

type Expected = RestEntry['expect'];

/** The expectations of the three, or the one that all share. */
const cases: Readonly<
  Record<string, [Call, ...([Expected] | [js: Expected, py: Expected, pyCompat: Expected])]>
> = {
  '01-send-task': [send('hello'), hello, submitted, submitted],
  '02-send-message': [send('message'), direct],
  '03-send-parts': [send('parts'), task('completed', ['t']), submitted, submitted],
  '04-send-input-required': [send('input'), task('input-required', [], 'need more'), submitted, submitted],
  '05-send-default-slow': [send('slow'), hello, submitted, submitted],
  '06-send-nonblocking': [send('slow'), submitted],
  '07-send-blocking-true': [
    { call: client => client.sendMessage('hello'), sends: 'POST /rest/v1/message:send' },
    hello,
  ],
  '08-cancel-running': [cancel, task('canceled')],
  '09-get': [get, hello],
  '10-get-history-1': [
    {
      call: (client, id) => client.getTask(id, { historyLength: 1 }),
      sends: 'GET /rest/v1/tasks/{id}?historyLength=1',
    },
    hello,
  ],
  '11-get-missing': [
    get,
    refused(TaskNotFoundError),
    refused(TaskNotFoundError),
    refused(TaskNotFoundError, 'TASK_NOT_FOUND'),
  ],
  // The JavaScript server takes the prefix of 0.3 for the tenant of a list as 1.0 has it.
  '12-list': [
    { call: client => client.listTasks({ pageSize: 2 }), sends: 'GET /rest/v1/tasks?pageSize=2' },
    () => ({ ids: [] }),
    refused(UnsupportedOperationError),
    refused(UnsupportedOperationError),
  ],
  '13-cancel-completed': [
    cancel,
    refused(TaskNotCancelableError),
    refused(TaskNotCancelableError),
    refused(TaskNotCancelableError, 'TASK_NOT_CANCELABLE'),
  ],
  '14-stream': [stream('hello'), stopped('completed')],
  '15-stream-agent-throws': [
    stream('fail'),
    stopped('failed', ['task', 'status-update', 'status-update']),
    interrupted,
    interrupted,
  ],
  '16-send-agent-throws': [send('fail'), failed, submitted, submitted],
  // Where neither verb is served, the store is asked as well.
  '17-subscribe-terminal-post': [subscribe, stored],
  '18-subscribe-terminal-get': [subscribe, stored],
  '19-push-create': [
    {
      call: (client, id) => client.pushNotifications.set(id, { id: 'c1', url: hook }),
      sends: 'POST /rest/v1/tasks/{id}/pushNotificationConfigs',
    },
    // The JavaScript server's 0.3 mode wants another body than the server of 0.3 itself.
    refused(InvalidParamsError),
    hooked,
    hooked,
  ],
  '20-push-list': [
    {
      call: (client, id) => client.pushNotifications.list(id),
      sends: 'GET /rest/v1/tasks/{id}/pushNotificationConfigs',
    },
    () => [],
    refused(RpcError),
    ({ configs }: { configs: object[] }) => configs.map(hooked),
  ],
  '21-push-get': [
    {
      call: (client, id) => client.pushNotifications.get(id, 'c1'),
      sends: 'GET /rest/v1/tasks/{id}/pushNotificationConfigs/c1',
    },
    refused(TaskNotFoundError),
    hooked,
    hooked,
  ],
  '22-push-delete': [
    {
      call: (client, id) => client.pushNotifications.delete(id, 'c1'),
      sends: 'DELETE /rest/v1/tasks/{id}/pushNotificationConfigs/c1',
    },
    nothing,
    refused(PushNotificationNotSupportedError),
    refused(PushNotificationNotSupportedError),
  ],
  '23-bad-body': [
    send('x'),
    refused(InvalidParamsError),
    refused(RpcError),
    refused(InvalidParamsError, 'INVALID_PARAMS'),
  ],
  '24-version-2': [
    get,
    refused(VersionNotSupportedError, 'VERSION_NOT_SUPPORTED'),
    hello,
    refused(VersionNotSupportedError, 'VERSION_NOT_SUPPORTED'),
  ],
  '25-version-missing': [get, hello],
  '26-extended-card': [
    { call: client => client.getExtendedAgentCard(), sends: 'GET /rest/v1/card' },
    () => ({ card: 'js13' }),
    () => ({ card: 'py03' }),
    () => ({ card: 'py11' }),
  ],
};

/** The captures of HTTP+JSON as 0.3 has it. */
export const restV03: Readonly<Record<string, RestEntry>> = Object.fromEntries(
  Object.entries(cases).flatMap(([name, [{ call, sends }, ...expected]]) =>
    servers.map((server, index) => {
      const capture = `${server}/${name}`;
      const id = taskOf(capture);
      const entry: RestEntry = {
        call: client => call(client, id),
        sends: sends.replace('{id}', id),
        expect: expected[index] ?? expected[0],
        store: `${server}/09-get`,
      };
      return [capture, entry];
    }),
  ),
);
