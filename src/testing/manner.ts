import type { Task } from '../model/task.js';

/** How a kind of server treats its tasks, apart from how it writes them. */
export interface Manner {
  /** ms since 1970. */
  now(): number;
  newTaskId(): string;
  newContextId(): string;
  newMessageId(): string;
  newArtifactId(): string;
  /** `'always'`: the server makes a context up; `'echo'`: there is one only where the client sent one. */
  contexts: 'always' | 'echo';
  /**
   * What of the agent's words goes to the history: those of its `'statuses'` once superseded, or `'at-once'`; or only
   * its `'answers'`.
   */
  history: 'statuses' | 'at-once' | 'answers';
  /** What a blocking send gives when the agent throws. The stored task has failed in either case. */
  throwing: 'error' | 'silent-failure';
  /**
   * Of a throw, the task it makes of this one, instead of the above: what a send gives, and what is stored, unless its
   * id is another.
   *
   * @param manner with the ids and the time to use
   */
  failure?(task: Task, problem: string, manner: Manner): Task;
  /** Whether a throw is told after what was told before, or breaks streams off that have not told it yet. */
  throwInStream: 'in-order' | 'at-once';
  /** What a send that does not wait gives: the task as it was accepted, or as it is by then. */
  notAwaited: 'accepted' | 'current';
  /** Whether a cancel stops the agent, and the end of a task is final. */
  cancelStops: boolean;
  /** Whether the stored task keeps up with one whose message was streamed, or is never touched again. */
  streamed: 'stored' | 'forgotten';
  /** Whether a subscription goes on while the agent waits for an answer, or ends with the agent's turn. */
  subscribed: 'task' | 'turn';
  /** Whether an agent may answer with a message instead of a task. */
  messages: boolean;
}

/** The manner of the servers built with the official libraries. */
export const usualManner: Manner = {
  now: () => Date.now(),
  newTaskId: () => crypto.randomUUID(),
  newContextId: () => crypto.randomUUID(),
  newMessageId: () => crypto.randomUUID(),
  newArtifactId: () => crypto.randomUUID(),
  contexts: 'always',
  history: 'statuses',
  throwing: 'error',
  throwInStream: 'in-order',
  notAwaited: 'accepted',
  cancelStops: true,
  streamed: 'stored',
  subscribed: 'task',
  messages: true,
};

/** The same, with ids that a test can foretell: `task-1`, `context-1`, `message-1`, `artifact-1` and so on. */
export function counting(manner: Manner): Manner {
  const counter = (kind: string) => {
    let count = 0;
    return () => `${kind}-${++count}`;
  };
  return {
    ...manner,
    newTaskId: counter('task'),
    newContextId: counter('context'),
    newMessageId: counter('message'),
    newArtifactId: counter('artifact'),
  };
}
