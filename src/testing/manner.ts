/** How a kind of server treats its tasks, apart from how it writes them. */
export interface Manner {
  newTaskId(): string;
  newMessageId(): string;
  newArtifactId(): string;
  /** `'always'`: the server makes a context up; `'echo'`: there is one only where the client sent one. */
  contexts: 'always' | 'echo';
  /** What the agent says: `'statuses'` go to the history once superseded, or only its `'answers'`. */
  history: 'statuses' | 'answers';
  /** What a blocking send gives when the agent throws. The stored task has failed in either case. */
  throwing: 'error' | 'silent-failure';
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
  newTaskId: () => crypto.randomUUID(),
  newMessageId: () => crypto.randomUUID(),
  newArtifactId: () => crypto.randomUUID(),
  contexts: 'always',
  history: 'statuses',
  throwing: 'error',
  cancelStops: true,
  streamed: 'stored',
  subscribed: 'task',
  messages: true,
};
