import {
  type A2AClient,
  type Artifact,
  InvalidParamsError,
  type Message,
  RpcError,
  type SendMessageOptions,
  type Task,
  TaskNotFoundError,
  UnsupportedOperationError,
} from 'a2a-await';
import { type Answer, type Capture, messageIdOf } from './capture.js';
import { asRecorded, type Entries, on, type Replayed } from './entry.js';
import { helloDone, refusal, response, said, sentAt, type TaskShape, taskAt } from './expected.js';
import { sdkServers } from './servers.js';

/** Sends the very message that was recorded. */
function send(text: string, options: SendMessageOptions = {}): Replayed['call'] {
  return (client: A2AClient, capture: Capture) =>
    client.sendMessage({ parts: [text], messageId: messageIdOf(capture) }, options);
}

const sent = (shape: TaskShape) => (answer: Answer) => taskAt(answer, sentAt(answer), shape);

/** One part of each kind, as every SDK server sends it in its own way. */
const allParts: Artifact['parts'] = [
  { kind: 'text', text: 't' },
  { kind: 'file', raw: 'aGVsbG8=', mediaType: 'text/plain', filename: 'h.txt' },
  { kind: 'file', url: 'https://x/y.png', mediaType: 'image/png' },
  { kind: 'data', data: { a: 1, b: [1, 2] } },
];

const partsDone = (answer: Answer) => {
  const artifact: Artifact = answer.capture.server.startsWith('js')
    ? { artifactId: 'a1', name: 'response', parts: allParts }
    : {
        artifactId: answer.text(`${sentAt(answer)}.artifacts.0.artifactId`),
        name: 'all',
        parts: allParts,
        metadata: { k: 1 },
      };
  return taskAt(answer, sentAt(answer), {
    state: 'completed',
    artifacts: [artifact],
    history: [
      ['user', 'parts'],
      ['agent', 'working...'],
    ],
  });
};

const needsMore: TaskShape = {
  state: 'input-required',
  status: 'need more',
  history: [
    ['user', 'input'],
    ['agent', 'working...'],
  ],
};
/** The JavaScript servers repeat the status message in the history. */
const needsMoreTold: TaskShape = {
  ...needsMore,
  history: [...(needsMore.history ?? []), ['agent', 'need more']],
};

const begun: TaskShape = { state: 'submitted', history: [['user', 'slow']] };
const nonblocking = { call: send('slow', { returnImmediately: true }) };
const nonblockingOn = (name: string): Entries => ({
  ...on(
    ['py-1.1.0-jsonrpc-v1', 'py-0.3.26-jsonrpc-v03', 'py-1.1.0-compat-jsonrpc-v03'],
    name,
    // Without a timestamp yet.
    { ...nonblocking, expect: sent({ ...begun, timestamp: false }) },
  ),
  ...on(['js-1.3.0-jsonrpc-v1'], name, { ...nonblocking, expect: sent(begun) }),
  ...on(['js-0.3.14-jsonrpc-v03'], name, {
    ...nonblocking,
    expect: sent({
      state: 'working',
      status: 'working...',
      history: [
        ['user', 'slow'],
        ['agent', 'working...'],
      ],
    }),
  }),
});

const throws = { call: send('fail') };

/** js 1.3: a failed task, with metadata everywhere, if only empty. */
const failedByJs1 = (answer: Answer): Task => {
  const at = 'result.task';
  const ids = { id: answer.text(`${at}.id`), contextId: answer.text(`${at}.contextId`) };
  const boom: Message = {
    ...said(answer, `${at}.status.message`, 'agent', '', ids),
    parts: [{ kind: 'text', text: 'Agent execution error: boom', metadata: {} }],
    metadata: {},
  };
  return {
    kind: 'task',
    ...ids,
    status: { state: 'failed', message: boom, timestamp: answer.text(`${at}.status.timestamp`) },
    artifacts: [],
    history: [said(answer, `${at}.history.0`, 'user', 'fail', ids), boom],
    metadata: {},
  };
};

/** js 0.3: the failed task has a new id, and the user's message belongs to another. */
const failedByJs03 =
  (words: string, user: (answer: Answer, contextId: string) => Message) => (answer: Answer) => {
    const contextId = answer.text('result.contextId');
    const failure: Message = {
      kind: 'message',
      messageId: answer.text('result.status.message.messageId'),
      role: 'agent',
      parts: [{ kind: 'text', text: `Agent execution error: ${words}` }],
      contextId,
    };
    const task: Task = {
      kind: 'task',
      id: answer.text('result.id'),
      contextId,
      status: { state: 'failed', message: failure, timestamp: answer.text('result.status.timestamp') },
      artifacts: [],
      history: [user(answer, contextId), failure],
    };
    return task;
  };

const toTask =
  (taskId: (capture: Capture) => string): Replayed['call'] =>
  (client, capture) =>
    client.sendMessage({ parts: ['hello'], messageId: messageIdOf(capture), taskId: taskId(capture) });

/** The completed task that the recording sent to. */
const completedId = ({ request }: Capture) =>
  (request.body as { params: { message: { taskId: string } } }).params.message.taskId;

const toTerminal = { call: toTask(completedId) };
const toUnknown = { call: toTask(() => 'nope') };

const neverBad = 'our client sends no message without role and parts';
const good = { parts: ['hello'], messageId: '1' };

export const sends: Entries = {
  ...on(sdkServers, '04-send-task', { call: send('hello'), expect: sent(helloDone) }),

  ...on(sdkServers, '05-send-message', {
    call: send('message'),
    expect: (answer): Message => {
      const at = answer.capture.server.endsWith('-v1') ? 'result.message' : 'result';
      return {
        kind: 'message',
        messageId: answer.capture.server.startsWith('py') ? 'm1' : answer.text(`${at}.messageId`),
        role: 'agent',
        parts: [{ kind: 'text', text: 'direct' }],
        contextId: answer.text(`${at}.contextId`),
      };
    },
  }),

  ...on(sdkServers, '06-send-parts', { call: send('parts'), expect: partsDone }),

  ...on(
    sdkServers.filter(server => server.startsWith('py')),
    '07-send-input-required',
    { call: send('input'), expect: sent(needsMore) },
  ),
  ...on(
    sdkServers.filter(server => server.startsWith('js')),
    '07-send-input-required',
    { call: send('input'), expect: sent(needsMoreTold) },
  ),

  ...on(
    sdkServers.filter(server => server.startsWith('py')),
    '08-send-agent-throws',
    { ...throws, expect: refusal(RpcError, -32603, 'boom') },
  ),
  'js-1.3.0-jsonrpc-v1/08-send-agent-throws': { ...throws, expect: failedByJs1 },
  'js-0.3.14-jsonrpc-v03/08-send-agent-throws': {
    ...throws,
    expect: failedByJs03('boom', (answer, contextId) => ({
      kind: 'message',
      messageId: messageIdOf(answer.capture),
      role: 'user',
      parts: [{ kind: 'text', text: 'fail' }],
      contextId,
      taskId: answer.text('result.history.0.taskId'),
    })),
  },

  ...nonblockingOn('09-send-nonblocking'),
  ...nonblockingOn('11-send-nonblocking-2'),

  'py-1.1.0-jsonrpc-v1/15-send-to-terminal': {
    ...toTerminal,
    expect: refusal(InvalidParamsError, -32602, 'is in terminal state: 3', 'INVALID_PARAMS'),
  },
  'js-1.3.0-jsonrpc-v1/15-send-to-terminal': {
    ...toTerminal,
    expect: refusal(UnsupportedOperationError, -32004, 'cannot be modified', 'UNSUPPORTED_OPERATION'),
  },
  'py-0.3.26-jsonrpc-v03/15-send-to-terminal': {
    ...toTerminal,
    expect: refusal(InvalidParamsError, -32602, 'is in terminal state: completed'),
  },
  'js-0.3.14-jsonrpc-v03/15-send-to-terminal': {
    ...toTerminal,
    expect: refusal(RpcError, -32600, 'is in a terminal state (completed) and cannot be modified'),
  },
  'py-1.1.0-compat-jsonrpc-v03/15-send-to-terminal': {
    ...toTerminal,
    expect: refusal(RpcError, -32603, 'is in terminal state: 3'),
  },

  'py-1.1.0-jsonrpc-v1/16-send-unknown-task': {
    ...toUnknown,
    expect: refusal(TaskNotFoundError, -32001, 'Task nope not found', 'TASK_NOT_FOUND'),
  },
  'js-1.3.0-jsonrpc-v1/16-send-unknown-task': {
    ...toUnknown,
    expect: refusal(TaskNotFoundError, -32001, 'Task not found: nope', 'TASK_NOT_FOUND'),
  },
  'py-0.3.26-jsonrpc-v03/16-send-unknown-task': {
    ...toUnknown,
    expect: refusal(TaskNotFoundError, -32001, 'Task nope was specified but does not exist'),
  },
  'js-0.3.14-jsonrpc-v03/16-send-unknown-task': {
    ...toUnknown,
    expect: refusal(TaskNotFoundError, -32001, 'Task not found: nope'),
  },
  // Its 0.3 mode has one code for everything.
  'py-1.1.0-compat-jsonrpc-v03/16-send-unknown-task': {
    ...toUnknown,
    expect: refusal(TaskNotFoundError, -32603, 'Task nope not found'),
  },

  // `messageId: 1` and nothing else.
  'py-1.1.0-jsonrpc-v1/37-bad-params': {
    ...asRecorded,
    expect: refusal(InvalidParamsError, -32602, 'Invalid params'),
  },
  'py-0.3.26-jsonrpc-v03/37-bad-params': {
    ...asRecorded,
    expect: refusal(InvalidParamsError, -32602, 'Invalid parameters'),
  },
  'py-1.1.0-compat-jsonrpc-v03/37-bad-params': {
    ...asRecorded,
    expect: refusal(RpcError, -32600, 'Invalid Request'),
  },
  // The JavaScript servers take it, and hand back a history with a message that lacks role and parts.
  'js-1.3.0-jsonrpc-v1/37-bad-params': {
    call: client => client.sendMessage(good),
    instead: {
      because: neverBad,
      params: { message: { messageId: '1', role: 'ROLE_USER', parts: [{ text: 'hello' }] } },
    },
    expect: (answer): Task => {
      const ids = { id: answer.text('result.task.id'), contextId: answer.text('result.task.contextId') };
      return {
        kind: 'task',
        ...ids,
        status: { state: 'completed', timestamp: answer.text('result.task.status.timestamp') },
        artifacts: [response],
        history: [
          // Whoever does not call itself the user is the agent.
          {
            kind: 'message',
            messageId: '1',
            role: 'agent',
            parts: [],
            contextId: ids.contextId,
            taskId: ids.id,
          },
          said(answer, 'result.task.history.1', 'agent', 'working...', ids),
        ],
      };
    },
  },
  'js-0.3.14-jsonrpc-v03/37-bad-params': {
    call: client => client.sendMessage(good),
    instead: {
      because: neverBad,
      params: {
        message: { kind: 'message', messageId: '1', role: 'user', parts: [{ kind: 'text', text: 'hello' }] },
        configuration: { blocking: true, acceptedOutputModes: [] },
      },
    },
    expect: failedByJs03("Cannot read properties of undefined (reading '0')", (answer, contextId) => ({
      kind: 'message',
      // A number on the wire.
      messageId: '1',
      role: 'agent',
      parts: [],
      contextId,
      taskId: answer.text('result.history.0.taskId'),
    })),
  },
};
