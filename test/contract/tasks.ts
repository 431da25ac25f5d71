import {
  TaskNotCancelableError,
  TaskNotFoundError,
  type TaskPage,
  UnsupportedOperationError,
} from 'a2a-await';
import { type Answer, taskIdOf } from './capture.js';
import { type Entries, on, type Replayed } from './entry.js';
import { helloDone, refusal, response, type TaskShape, taskAt } from './expected.js';
import { sdkServers, v1Servers, v03Servers } from './servers.js';

const get = (historyLength?: number): Pick<Replayed, 'call'> => ({
  call: (client, capture) =>
    client.getTask(taskIdOf(capture), historyLength === undefined ? {} : { historyLength }),
});
const cancel: Pick<Replayed, 'call'> = { call: (client, capture) => client.cancel(taskIdOf(capture)) };

const resultIs = (shape: TaskShape) => (answer: Answer) => taskAt(answer, 'result', shape);

/** The completed task, as read again. */
export const helloAgain = resultIs(helloDone);
/** The JavaScript server of 0.3 gave no history to those who did not ask for any. */
export const helloWithoutHistory = resultIs({ ...helloDone, history: [] });

const notJs03 = sdkServers.filter(server => server !== 'js-0.3.14-jsonrpc-v03');

const slowCanceled: TaskShape = {
  state: 'canceled',
  history: [
    ['user', 'slow'],
    ['agent', 'working...'],
  ],
};
const slowCompleted: TaskShape = { ...slowCanceled, state: 'completed' };
const slowWithArtifacts: TaskShape = { ...slowCompleted, artifacts: [response] };

const listed =
  (pageSize: number, totalSize: number, shapes: readonly TaskShape[]) =>
  (answer: Answer): TaskPage => ({
    tasks: shapes.map((shape, index) => taskAt(answer, `result.tasks.${index}`, shape)),
    nextPageToken: answer.text('result.nextPageToken'),
    pageSize,
    totalSize,
  });

const firstTwo: Pick<Replayed, 'call'> = { call: client => client.listTasks({ pageSize: 2 }) };
const completedWhole: Pick<Replayed, 'call'> = {
  call: client => client.listTasks({ pageSize: 1, includeArtifacts: true, status: 'completed' }),
};
/** Not "method not found": the caller named no method. */
const noList = refusal(UnsupportedOperationError, -32601, 'cannot do this');

export const tasks: Entries = {
  ...on(notJs03, '17-get', { ...get(), expect: helloAgain }),
  'js-0.3.14-jsonrpc-v03/17-get': { ...get(), expect: helloWithoutHistory },
  // Zero is "all" to some, whose history is cut by us.
  ...on(sdkServers, '18-get-history-0', { ...get(0), expect: helloWithoutHistory }),
  ...on(sdkServers, '19-get-history-1', {
    ...get(1),
    expect: resultIs({ ...helloDone, history: [['agent', 'working...']] }),
  }),

  'py-1.1.0-jsonrpc-v1/20-get-missing': {
    ...get(),
    expect: refusal(TaskNotFoundError, -32001, 'Task not found', 'TASK_NOT_FOUND'),
  },
  'js-1.3.0-jsonrpc-v1/20-get-missing': {
    ...get(),
    expect: refusal(TaskNotFoundError, -32001, 'Task not found: nope', 'TASK_NOT_FOUND'),
  },
  'py-0.3.26-jsonrpc-v03/20-get-missing': {
    ...get(),
    expect: refusal(TaskNotFoundError, -32001, 'Task not found'),
  },
  'js-0.3.14-jsonrpc-v03/20-get-missing': {
    ...get(),
    expect: refusal(TaskNotFoundError, -32001, 'Task not found: nope'),
  },
  // Its 0.3 mode has one code for everything.
  'py-1.1.0-compat-jsonrpc-v03/20-get-missing': {
    ...get(),
    expect: refusal(TaskNotFoundError, -32603, 'Task not found'),
  },

  ...on(sdkServers, '12-cancel-running', { ...cancel, expect: resultIs(slowCanceled) }),
  ...Object.assign(
    {},
    ...['13-cancel-again', '14-cancel-completed'].map((name): Entries => {
      const state = name === '13-cancel-again' ? 'canceled' : 'completed';
      return {
        [`py-1.1.0-jsonrpc-v1/${name}`]: {
          ...cancel,
          expect: refusal(TaskNotCancelableError, -32002, 'Task cannot be canceled', 'TASK_NOT_CANCELABLE'),
        },
        [`py-0.3.26-jsonrpc-v03/${name}`]: {
          ...cancel,
          expect: refusal(
            TaskNotCancelableError,
            -32002,
            `Task cannot be canceled - current state: TaskState.${state}`,
          ),
        },
        [`js-0.3.14-jsonrpc-v03/${name}`]: {
          ...cancel,
          expect: refusal(TaskNotCancelableError, -32002, 'Task not cancelable: '),
        },
        [`py-1.1.0-compat-jsonrpc-v03/${name}`]: {
          ...cancel,
          expect: refusal(TaskNotCancelableError, -32603, 'Task cannot be canceled'),
        },
      };
    }),
  ),
  // The JavaScript server of 1.0 does not mind a second time.
  'js-1.3.0-jsonrpc-v1/13-cancel-again': { ...cancel, expect: resultIs(slowCanceled) },
  'js-1.3.0-jsonrpc-v1/14-cancel-completed': {
    ...cancel,
    expect: refusal(TaskNotCancelableError, -32002, 'Task not cancelable: ', 'TASK_NOT_CANCELABLE'),
  },

  ...on(v1Servers, '21-list', { ...firstTwo, expect: listed(2, 6, [slowCanceled, slowCompleted]) }),
  ...on(v1Servers, '22-list-with-artifacts', {
    ...completedWhole,
    expect: listed(1, 3, [slowWithArtifacts]),
  }),
  ...on(v03Servers, '21-list', { ...firstTwo, expect: noList }),
  ...on(v03Servers, '22-list-with-artifacts', { ...completedWhole, expect: noList }),
};
