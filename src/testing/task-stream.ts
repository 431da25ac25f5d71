import type { Message } from '../model/message.js';
import type { Metadata } from '../model/part.js';
import type { TaskState } from '../model/state.js';
import type { Artifact, Task, TaskStatus } from '../model/task.js';

/** One thing that happened to a task, as its streams tell it. */
export type TaskUpdate =
  | {
      kind: 'status-update';
      taskId: string;
      contextId?: string;
      status: TaskStatus;
      metadata?: Metadata;
      cause?: unknown;
    }
  | {
      kind: 'artifact-update';
      taskId: string;
      contextId?: string;
      /** With the parts of this chunk only. */
      artifact: Artifact;
      append: boolean;
      lastChunk: boolean;
      metadata?: Metadata;
    };

/** What a stream is made of: what it opens with, what follows, and its regular end. */
export type StreamItem = Task | Message | TaskUpdate | { kind: 'end' };

/** The answer of a method that streams. */
export class TaskStream {
  /** The task as it was when the stream was opened, if that is told, or a direct answer, after which nothing follows. */
  readonly first: Task | Message | undefined;
  /** Everything that happened since `first`. */
  readonly updates: ReadableStream<TaskUpdate>;

  constructor(first: Task | Message | undefined, updates: ReadableStream<TaskUpdate> = nothing()) {
    this.first = first;
    this.updates = updates;
  }
}

/** Whatever can be watched: a task's record. */
export interface Watchable {
  watch(watcher: (update: TaskUpdate) => void): () => void;
}

/** How long a task is followed. */
export interface FollowLimits {
  /** The state that ends it. */
  isLast(state: TaskState): boolean;
  /** Ends it too; fails it, if it rejects. */
  over: Promise<void>;
  onEnd(): void;
}

/** How a stream is ended from outside; nothing, once it has ended. */
interface Ending {
  finish?(error?: { reason: unknown }): void;
}

/** A promise keeps whoever waits for it as long as it lives itself: that must not be the stream. */
function endWith(over: Promise<void>, ending: Ending): void {
  over.then(
    () => ending.finish?.(),
    reason => ending.finish?.({ reason }),
  );
}

/** The updates from now on, kept until they are read. Ends when the reader cancels, at the latest. */
export function follow(record: Watchable, { isLast, over, onEnd }: FollowLimits): ReadableStream<TaskUpdate> {
  let leave = () => {};
  return new ReadableStream({
    start(controller) {
      const ending: Ending = {};
      const finish = (how: () => void) => {
        if (!ending.finish) return;
        delete ending.finish;
        unwatch();
        onEnd();
        how();
      };
      const unwatch = record.watch(update => {
        controller.enqueue(update);
        if (update.kind === 'status-update' && isLast(update.status.state)) {
          finish(() => controller.close());
        }
      });
      leave = () => finish(() => {});
      ending.finish = error => finish(() => (error ? controller.error(error.reason) : controller.close()));
      endWith(over, ending);
    },
    cancel: () => leave(),
  });
}

function nothing(): ReadableStream<TaskUpdate> {
  return new ReadableStream({ start: controller => controller.close() });
}
