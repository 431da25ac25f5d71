import type { Message } from '../model/message.js';
import type { StreamEvent } from '../model/stream-event.js';
import type { Task } from '../model/task.js';

/** A notification that is authentic, and says something new. */
export interface WebhookNotification {
  event: StreamEvent;
  /** What notifications have told of the task until now: a task, or a message that belongs to none. */
  task: Task | Message;
  /** Absent for a message that belongs to no task. */
  taskId: string | undefined;
  /** At whose url it came; absent at a shared one. */
  registrationId: string | undefined;
}

/**
 * A notification that is authentic, but not to be relied on: ask the agent itself how the task stands.
 *
 * - `'thin'`: it tells of a state and nothing else.
 * - `'unknown-shape'`: nobody knows what it says.
 * - `'conflict'`: the task had ended otherwise before.
 * - `'late-artifact'`: an artifact came when the task was over.
 * - `'repeated'`: it was told before, but is not what was told last.
 * - `'too-large'`: the task is more than the receiver keeps.
 */
export interface ReconcileNotice {
  reason: 'thin' | 'unknown-shape' | 'conflict' | 'late-artifact' | 'repeated' | 'too-large';
  /** The tasks it may be about. */
  taskIds: string[];
  registrationId: string | undefined;
}

/** A request that got no 204. Holds nothing of what was received. */
export interface RefusedNotification {
  /** HTTP status. */
  status: number;
  /** For a log. */
  message: string;
  registrationId: string | undefined;
}

/** Something that should not fail has: a listener, the store, or a verifier. */
export interface WebhookFailure {
  error: unknown;
  during: 'listener' | 'store' | 'verification';
}

export interface WebhookEvents {
  notification: WebhookNotification;
  reconcile: ReconcileNotice;
  refused: RefusedNotification;
  failure: WebhookFailure;
}
