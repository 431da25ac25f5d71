import type { FullMessageInput } from '../model/message.js';

/**
 * The least a task needs to be waited for: a state somewhere in `status`. Every spelling is understood, protobuf's
 * numbers too, so the tasks of any A2A client fit.
 */
export interface TaskLike {
  id?: unknown;
  status?: { state?: unknown; timestamp?: unknown; message?: unknown } | string | null | undefined;
}

/**
 * Whatever can be asked about a task. `A2AClient` is one; another client is wrapped in a line.
 *
 * @example const source = { getTask: (id: string) => otherClient.getTask({ id }) }
 */
export interface TaskSource<T extends TaskLike = TaskLike> {
  /** May reject: a wait has its own patience. The signal fires when the answer is no longer wanted. */
  getTask(id: string, options?: { signal?: AbortSignal }): Promise<T>;
  /** Needed for `cancelOnTimeout` and `cancelOnAbort`. */
  cancel?(id: string, options?: { signal?: AbortSignal }): Promise<unknown>;
  /** Needed for `onInterrupted`. The message carries the task's id, and its context's where that is known. */
  sendMessage?(message: FullMessageInput, options?: { signal?: AbortSignal }): Promise<unknown>;
}
