import {
  HttpError,
  InvalidParamsError,
  MethodNotFoundError,
  RpcError,
  type Task,
  TaskNotFoundError,
  type TaskState,
} from 'a2a-await';
import { type Answer, messageIdOf, taskIdOf } from './capture.js';
import { asRecorded, type Entries, Failure, type Replayed } from './entry.js';
import { refusal } from './expected.js';

interface Shape {
  state: TaskState;
  userSaid: string;
  /** Only if the client gave one. */
  contextId?: string;
  /** The agent's answer, which is artifact and message alike. */
  answered?: string;
}

/** PraisonAI's task: the user's message belongs to no task, the agent's to no context. */
function taskAt(answer: Answer, at: string, { state, userSaid, contextId, answered }: Shape): Task {
  const id = answer.text(`${at}.id`);
  const context = contextId === undefined ? {} : { contextId };
  const task: Task = {
    kind: 'task',
    id,
    ...context,
    status: { state, timestamp: answer.text(`${at}.status.timestamp`) },
    artifacts: [],
    history: [
      {
        kind: 'message',
        messageId: answer.text(`${at}.history.0.messageId`),
        role: 'user',
        parts: [{ kind: 'text', text: userSaid }],
        ...context,
      },
    ],
  };
  if (answered === undefined) return task;
  return {
    ...task,
    artifacts: [
      {
        artifactId: answer.text(`${at}.artifacts.0.artifactId`),
        parts: [{ kind: 'text', text: answered }],
      },
    ],
    history: [
      ...task.history,
      {
        kind: 'message',
        messageId: answer.text(`${at}.history.1.messageId`),
        role: 'agent',
        parts: [{ kind: 'text', text: answered }],
        taskId: id,
      },
    ],
  };
}

const result = (shape: Shape) => (answer: Answer) => taskAt(answer, 'result', shape);

const hello = { state: 'completed', userSaid: 'hello', answered: 'hello hello' } as const;

/** It recorded one spelling of the key at a time; we send both. */
const nonblocking: Replayed = {
  call: (client, capture) =>
    client.sendMessage({ parts: ['slow'], messageId: messageIdOf(capture) }, { returnImmediately: true }),
  expect: result({ state: 'submitted', userSaid: 'slow' }),
};

/** Its bare HTTP 500, which is no JSON-RPC. */
const failed500 = () => new Failure(HttpError, { status: 500, retryAfter: undefined });

export const praison: Entries = {
  'praisonai-hybrid/04-send': {
    call: (client, capture) =>
      client.sendMessage({ parts: ['hello'], messageId: messageIdOf(capture), contextId: 'ctx-1' }),
    expect: result({ ...hello, contextId: 'ctx-1' }),
  },
  'praisonai-hybrid/05-send-no-context': {
    call: (client, capture) => client.sendMessage({ parts: ['hello'], messageId: messageIdOf(capture) }),
    expect: result(hello),
  },
  'praisonai-hybrid/06-send-return-immediately': nonblocking,
  'praisonai-hybrid/07-send-return_immediately': nonblocking,
  'praisonai-hybrid/08-cancel-running': {
    call: (client, capture) => client.cancel(taskIdOf(capture)),
    expect: result({ state: 'canceled', userSaid: 'slow' }),
  },
  'praisonai-hybrid/10-send-agent-throws': {
    call: (client, capture) => client.sendMessage({ parts: ['fail'], messageId: messageIdOf(capture) }),
    expect: result({ state: 'failed', userSaid: 'fail' }),
  },
  'praisonai-hybrid/11-send-v03-file-part': {
    ...asRecorded,
    expect: refusal(InvalidParamsError, -32602, 'Message must contain at least one part'),
  },
  'praisonai-hybrid/13-send-role-user-v1': {
    ...asRecorded,
    expect: refusal(InvalidParamsError, -32602, "Input should be 'user' or 'agent'"),
  },
  // As a client that was told to speak 1.0.
  'praisonai-hybrid/14-SendMessage-v1': {
    ...asRecorded,
    options: { dialect: '1.0' },
    direct: true,
    expect: refusal(MethodNotFoundError, -32601, 'Method not found: SendMessage'),
  },
  'praisonai-hybrid/15-get': {
    call: (client, capture) => client.getTask(taskIdOf(capture)),
    expect: result({ ...hello, contextId: 'ctx-1' }),
  },
  'praisonai-hybrid/16-get-missing': {
    call: client => client.getTask('nope'),
    expect: refusal(TaskNotFoundError, -32000, 'Task not found: nope'),
  },
  'praisonai-hybrid/18-cancel-missing': {
    call: client => client.cancel('nope'),
    expect: refusal(TaskNotFoundError, -32000, 'Task not found: nope'),
  },
  'praisonai-hybrid/19-list': {
    call: client => client.listTasks({ contextId: 'ctx-1' }),
    // It had been canceled in between, although it was over.
    expect: answer => ({
      tasks: [taskAt(answer, 'result.0', { ...hello, state: 'canceled', contextId: 'ctx-1' })],
    }),
  },
  'praisonai-hybrid/26-unknown-method': {
    ...asRecorded,
    expect: refusal(MethodNotFoundError, -32601, 'Method not found: no/such'),
  },
  'praisonai-hybrid/27-params-null': {
    call: client => client.callMethod('message/send', {}),
    verbatim: true,
    instead: { because: 'our client never sends null for params', params: {} },
    expect: failed500,
  },
  'praisonai-hybrid/28-bad-json': {
    call: client => client.getTask('x'),
    instead: { because: 'our client sends JSON', method: 'tasks/get', params: { id: 'x' } },
    expect: refusal(RpcError, -32700, 'Parse error: invalid JSON'),
  },
  'praisonai-hybrid/29-batch': {
    call: client => client.getTask('x'),
    instead: { because: 'our client sends no batches: the only call of this one, by itself' },
    expect: failed500,
  },
};
