import type { StreamEvent } from '../model/stream-event.js';
import type { Task } from '../model/task.js';

/** How the news of a task comes. */
export type Strategy = 'push' | 'stream' | 'poll';

export interface AdaptiveEvents {
  /** The agent took a message, and made a task of it. */
  submitted: { taskId: string; task: Task };
  /** From now on the news comes this way. */
  strategy: { taskId: string; strategy: Strategy; reason: string; cause?: unknown };
  /** Something was learned. */
  update: { taskId: string; event: StreamEvent };
  /** The agent's server notified the webhook. */
  notification: { taskId: string };
  /** The agent could not be asked; it will be asked again. */
  retry: { taskId: string; error: unknown };
  /** The task is over. */
  settled: { taskId: string; task: Task };
  /** Something is not as it should be, and was got round. */
  warning: {
    taskId?: string | undefined;
    code: 'push-lost' | 'webhook-failed' | 'second-end' | 'listener-failed';
    message: string;
    cause?: unknown;
  };
}

/** Tells those who listen. */
export type Tell = <Name extends keyof AdaptiveEvents>(name: Name, event: AdaptiveEvents[Name]) => void;
