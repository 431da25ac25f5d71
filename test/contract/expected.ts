import type { Artifact, Message, RpcError, StreamEvent, Task, TaskState } from 'a2a-await';
import { type Answer, isStream } from './capture.js';
import { Failure } from './entry.js';

/** Expected model values, written out. From the answer come only ids and timestamps, which nobody could know. */

/** The artifact that the recorded agents make of most messages. */
export const response: Artifact = {
  artifactId: 'a1',
  name: 'response',
  parts: [
    { kind: 'text', text: 'he' },
    { kind: 'text', text: 'llo' },
  ],
};

/** A message of a task, of one text, whose id is read at `at`. */
export function said(
  answer: Answer,
  at: string,
  role: 'user' | 'agent',
  text: string,
  task: { id: string; contextId: string },
): Message {
  return {
    kind: 'message',
    messageId: answer.text(`${at}.messageId`),
    role,
    parts: [{ kind: 'text', text }],
    contextId: task.contextId,
    taskId: task.id,
  };
}

export interface TaskShape {
  state: TaskState;
  artifacts?: Artifact[];
  /** Who said what. */
  history?: ReadonlyArray<readonly ['user' | 'agent', string]>;
  /** What the agent says of the state. */
  status?: string;
  timestamp?: boolean;
}

/** A task of the SDK servers, whose ids are read at `at`. */
export function taskAt(
  answer: Answer,
  at: string,
  { state, artifacts = [], history = [], status, timestamp = true }: TaskShape,
): Task {
  const ids = { id: answer.text(`${at}.id`), contextId: answer.text(`${at}.contextId`) };
  return {
    kind: 'task',
    ...ids,
    status: {
      state,
      ...(status === undefined
        ? {}
        : { message: said(answer, `${at}.status.message`, 'agent', status, ids) }),
      ...(timestamp ? { timestamp: answer.text(`${at}.status.timestamp`) } : {}),
    },
    artifacts,
    history: history.map(([role, text], index) => said(answer, `${at}.history.${index}`, role, text, ids)),
  };
}

/** Where a send's answer has its task: 1.0 wraps it. */
export function sentAt({ capture }: Answer): 'result.task' | 'result' {
  return capture.server.endsWith('-v1') ? 'result.task' : 'result';
}

/** What a completed "hello" looks like. */
export const helloDone: TaskShape = {
  state: 'completed',
  artifacts: [response],
  history: [
    ['user', 'hello'],
    ['agent', 'working...'],
  ],
};

/**
 * A refusal of the server: exactly this class, this code, these words; the error's data as it came. Of a stream it is
 * the last event, after those that were `told`.
 */
export function refusal(
  type: typeof RpcError,
  rpcCode: number,
  says: string,
  reason?: string,
  told: (answer: Answer) => StreamEvent[] = () => [],
): (answer: Answer) => Failure {
  return answer => {
    const events = told(answer);
    const at = isStream(answer.capture) ? `${events.length}.error.data` : 'error.data';
    return new Failure(type, { rpcCode, reason, data: answer.value(at) }, says, events);
  };
}
