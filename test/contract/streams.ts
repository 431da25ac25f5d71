import {
  type Message,
  RpcError,
  type StreamEvent,
  StreamInterruptedError,
  type Task,
  TaskNotFoundError,
  type TaskState,
} from 'a2a-await';
import { type Answer, answerOf, type Capture, messageIdOf, readCapture, taskIdOf } from './capture.js';
import { type Entries, Failure, on, type Replayed } from './entry.js';
import { helloDone, refusal, response, said, type TaskShape, taskAt } from './expected.js';
import type { Step } from './replay.js';
import { expectedCall, expectedCardRequest } from './request.js';
import { sdkServers, serverOf, v1Servers } from './servers.js';

/** Keeps what a stream tells: `told` is there after a failure, too. */
async function gather(events: AsyncIterable<StreamEvent>, told: StreamEvent[]): Promise<StreamEvent[]> {
  for await (const event of events) told.push(event);
  return told;
}

/** Each recording is one exchange: a stream that breaks off in it is not taken up again. */
const once = { reconnect: false };

/** Sends the very message that was recorded. */
const stream = (text: string, contextId?: string): Pick<Replayed, 'call'> => ({
  call: (client, capture, told) => {
    const message = { parts: [text], messageId: messageIdOf(capture) };
    const options = contextId === undefined ? once : { ...once, contextId };
    return gather(client.streamMessage(message, options), told);
  },
});
const subscribe: Pick<Replayed, 'call'> = {
  call: (client, capture, told) => gather(client.subscribe(taskIdOf(capture), once), told),
};

type Tell = (answer: Answer, at: string) => StreamEvent;

/** What is read where, event by event. */
const tells =
  (...events: Tell[]) =>
  (answer: Answer): StreamEvent[] =>
    events.map((tell, index) => tell(answer, at(answer, index)));

/** Where an event has its content: 1.0 wraps it. */
function at({ capture, value }: Answer, index: number): string {
  const wrappings = ['task', 'message', 'statusUpdate', 'artifactUpdate'];
  const wrapping = wrappings.find(name => value(`${index}.result.${name}`) !== undefined);
  // In 0.3 a message of a status is none of the event.
  return capture.server.endsWith('-v1') && wrapping ? `${index}.result.${wrapping}` : `${index}.result`;
}

const task =
  (shape: TaskShape): Tell =>
  (answer, path) =>
    taskAt(answer, path, shape);

const idsAt = (answer: Answer, path: string) => ({
  taskId: answer.text(`${path}.taskId`),
  contextId: answer.text(`${path}.contextId`),
});

const status =
  (state: TaskState, text?: string): Tell =>
  (answer, path) => {
    const { taskId, contextId } = idsAt(answer, path);
    const ids = { id: taskId, contextId };
    const message = text !== undefined && said(answer, `${path}.status.message`, 'agent', text, ids);
    return {
      kind: 'status-update',
      taskId,
      contextId,
      status: {
        state,
        ...(message ? { message } : {}),
        timestamp: answer.text(`${path}.status.timestamp`),
      },
      final: state !== 'working',
    };
  };

/** The answer comes in two pieces, the second of which says that it is the last. */
const piece =
  (text: 'he' | 'llo'): Tell =>
  (answer, path) => ({
    kind: 'artifact-update',
    ...idsAt(answer, path),
    artifact: { ...response, parts: [{ kind: 'text', text }] },
    append: text === 'llo',
    lastChunk: text === 'llo',
  });

const begun = (said: string): TaskShape => ({ state: 'submitted', history: [['user', said]] });
/** The Python servers begin without a time. */
const begunByPy = (said: string): TaskShape => ({ ...begun(said), timestamp: false });
const first = (answer: Answer, path: string, said: string) =>
  task(answer.capture.server.startsWith('js') ? begun(said) : begunByPy(said))(answer, path);

const beginning = (said: string): Tell[] => [
  (answer, path) => first(answer, path, said),
  status('working', 'working...'),
];

const toTheEnd: Tell[] = [piece('he'), piece('llo'), status('completed')];

const direct: Tell = (answer, path) => ({
  kind: 'message',
  messageId: answer.text(`${path}.messageId`),
  role: 'agent',
  parts: [{ kind: 'text', text: 'direct' }],
  contextId: answer.text(`${path}.contextId`),
});

/** A running task as subscribers are shown it: the JavaScript servers have its words in the history already. */
const running = ({ capture }: Answer): TaskShape => ({
  state: 'working',
  status: 'working...',
  history: [
    ['user', 'slow'],
    ...(capture.server.startsWith('js') ? ([['agent', 'working...']] as const) : []),
  ],
});

/** js 1.3: with metadata everywhere, if only empty. */
const failedByJs1: Tell = (answer, path) => {
  const { taskId, contextId } = idsAt(answer, path);
  const boom: Message = {
    ...said(answer, `${path}.status.message`, 'agent', '', { id: taskId, contextId }),
    parts: [{ kind: 'text', text: 'Agent execution error: boom', metadata: {} }],
    metadata: {},
  };
  return {
    kind: 'status-update',
    taskId,
    contextId,
    status: { state: 'failed', message: boom, timestamp: answer.text(`${path}.status.timestamp`) },
    final: true,
    metadata: {},
  };
};

/** js 0.3: the failure has a new id, which nobody was told; it is that of this stream's task all the same. */
const failedByJs03: Tell = (answer, path) => {
  const contextId = answer.text(`${path}.contextId`);
  return {
    kind: 'status-update',
    taskId: answer.text('0.result.id'),
    contextId,
    status: {
      state: 'failed',
      message: {
        kind: 'message',
        messageId: answer.text(`${path}.status.message.messageId`),
        role: 'agent',
        parts: [{ kind: 'text', text: 'Agent execution error: boom' }],
        contextId,
      },
      timestamp: answer.text(`${path}.status.timestamp`),
    },
    final: true,
  };
};

/** py 0.3 tears its connection down, and says nothing. */
const tornByPy03 = (answer: Answer): Failure => {
  const accumulated: Task = taskAt(answer, '0.result', begunByPy('fail'));
  return new Failure(
    StreamInterruptedError,
    { taskId: answer.text('0.result.id'), accumulated },
    'broke off',
    [taskAt(answer, '0.result', begunByPy('fail'))],
  );
};

/** A subscription that is refused, and the one question whether the task is over. */
const refusedThenAsked =
  (asked: string) =>
  (capture: Capture): Step[] => {
    const { server } = capture;
    const recorded = (name: string) => readCapture(`${server}/${name}`);
    const cards = serverOf(server).cards.map(recorded);
    return [
      ...cards.map(card => ({ request: expectedCardRequest(card), answer: card })),
      ...[capture, recorded(asked)].map(call => ({ request: expectedCall(call), answer: call })),
    ];
  };

/** The answer to that question is recorded elsewhere, of the same task. */
const overAlready: Replayed = {
  ...subscribe,
  script: refusedThenAsked('17-get'),
  expect: ({ capture }) => {
    const again = answerOf(readCapture(`${capture.server}/17-get`));
    const withoutHistory = capture.server.startsWith('js-0.3');
    return [taskAt(again, 'result', withoutHistory ? { ...helloDone, history: [] } : helloDone)];
  },
};

/** Its card leads to 1.0. */
const told: Pick<Replayed, 'options'> = { options: { dialect: '0.3' } };

const missing = (rpcCode: number, says: string, reason?: string): Replayed => ({
  ...subscribe,
  script: refusedThenAsked('20-get-missing'),
  expect: refusal(TaskNotFoundError, rpcCode, says, reason),
});

const thrown: Pick<Replayed, 'call'> = stream('fail');

const praisonIds = { taskId: 'task-952799ce1805', contextId: 'ctx-2' };

export const streams: Entries = {
  ...on(
    sdkServers.filter(server => server !== 'py-0.3.26-jsonrpc-v03'),
    '10-subscribe-running',
    { ...subscribe, expect: answer => tells(task(running(answer)), ...toTheEnd)(answer) },
  ),
  // It does not say how the task stands, so it is asked; here without an answer.
  'py-0.3.26-jsonrpc-v03/10-subscribe-running': {
    ...subscribe,
    script: capture => {
      const [card, subscribed, asked] = refusedThenAsked('17-get')(capture);
      const { rpc, ...request } = (asked as Step).request;
      const params = { ...(rpc?.params as object), id: taskIdOf(capture) };
      const again: Step = { request: { ...request, ...(rpc && { rpc: { ...rpc, params } }) }, answer: 404 };
      return [card as Step, subscribed as Step, again];
    },
    expect: tells(...toTheEnd),
  },
  ...on(sdkServers, '23-stream', { ...stream('hello'), expect: tells(...beginning('hello'), ...toTheEnd) }),
  ...on(sdkServers, '24-stream-message', { ...stream('message'), expect: tells(direct) }),
  ...on(sdkServers, '25-stream-input-required', {
    ...stream('input'),
    expect: tells(...beginning('input'), status('input-required', 'need more')),
  }),

  ...on(['py-1.1.0-jsonrpc-v1', 'py-1.1.0-compat-jsonrpc-v03'], '26-stream-agent-throws', {
    ...thrown,
    expect: refusal(RpcError, -32603, 'boom', undefined, tells(...beginning('fail'))),
  }),
  'js-1.3.0-jsonrpc-v1/26-stream-agent-throws': {
    ...thrown,
    expect: tells(...beginning('fail'), failedByJs1),
  },
  'js-0.3.14-jsonrpc-v03/26-stream-agent-throws': {
    ...thrown,
    expect: tells(...beginning('fail'), failedByJs03),
  },
  'py-0.3.26-jsonrpc-v03/26-stream-agent-throws': { ...thrown, expect: tornByPy03 },

  ...on([...v1Servers, 'py-0.3.26-jsonrpc-v03'], '27-subscribe-terminal', overAlready),
  'py-1.1.0-compat-jsonrpc-v03/27-subscribe-terminal': { ...overAlready, ...told },
  // Refuses nothing, and shows the task.
  'js-0.3.14-jsonrpc-v03/27-subscribe-terminal': { ...subscribe, expect: tells(task(helloDone)) },

  'py-1.1.0-jsonrpc-v1/28-subscribe-missing': missing(-32001, 'Task not found', 'TASK_NOT_FOUND'),
  'js-1.3.0-jsonrpc-v1/28-subscribe-missing': missing(-32001, 'Task not found: nope', 'TASK_NOT_FOUND'),
  'py-0.3.26-jsonrpc-v03/28-subscribe-missing': missing(-32001, 'Task not found'),
  'js-0.3.14-jsonrpc-v03/28-subscribe-missing': missing(-32001, 'Task not found: nope'),
  'py-1.1.0-compat-jsonrpc-v03/28-subscribe-missing': { ...missing(-32603, 'Task not found'), ...told },

  'praisonai-hybrid/20-stream': {
    ...stream('hello', 'ctx-2'),
    expect: answer => [
      { kind: 'status-update', ...praisonIds, status: { state: 'working' }, final: false },
      {
        kind: 'artifact-update',
        ...praisonIds,
        artifact: {
          artifactId: answer.text('1.artifact.artifactId'),
          parts: [{ kind: 'text', text: 'hello hello' }],
        },
        append: false,
        lastChunk: true,
      },
      { kind: 'status-update', ...praisonIds, status: { state: 'completed' }, final: true },
    ],
  },
};
