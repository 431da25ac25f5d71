import type { Message } from '../model/message.js';
import type { StreamEvent } from '../model/stream-event.js';
import { isTask, type Task } from '../model/task.js';
import { change } from './change.js';
import type { WebhookStore } from './store.js';
import { printOf, readTaskRecord, reduce, type Standing, writeTaskRecord } from './task-record.js';

/** What names a delivery, however often it is sent. */
export interface DeliveryIds {
  /** The one that was signed. */
  deliveryId: string | undefined;
  /** One that was not. */
  sentId: string | null;
}

/** What came of a notification. */
export interface Received {
  standing: Standing;
  /** What is known of the task by now. */
  task: Task | Message | undefined;
  /** Whether more was told than is kept. */
  isPartial: boolean;
}

/** What notifications have told, kept in a store. */
export class Inbox {
  readonly #store: WebhookStore;
  readonly #most: number;

  /** @param most characters kept of one task */
  constructor(store: WebhookStore, most: number) {
    this.#store = store;
    this.#most = most;
  }

  /**
   * Takes a notification in, in one step that no other process can come between.
   *
   * @param scope the registration's id, or 'shared'
   * @param life ms
   * @throws whatever the store throws; {A2AError} if others were always faster
   */
  receive(
    scope: string,
    taskId: string,
    event: StreamEvent,
    ids: DeliveryIds,
    life: number,
  ): Promise<Received> {
    const name = nameOf(event, ids);
    const print = name === undefined ? '' : printOf(name);
    return change<Received>(this.#store, toldKeyOf(scope, taskId), text => {
      const before = readTaskRecord(text);
      const { standing, record } = reduce(before, event, print, Date.now());
      const written = record && writeTaskRecord(record, this.#most);
      const { task, isPartial = false } = record ?? before;
      return [{ standing, task, isPartial }, written, life];
    });
  }

  /**
   * The store's own text tells whether anything has changed.
   *
   * @param key of `toldKeyOf`
   */
  async latest(key: string): Promise<{ text: string | undefined; task: Task | undefined }> {
    const text = await this.#store.get(key);
    const { task } = readTaskRecord(text);
    return { text, task: isTask(task) ? task : undefined };
  }
}

/** Where what was told of a task is kept, and the channel where those are woken who wait for more. */
export const toldKeyOf = (scope: string, taskId: string) => `told:${scope}:${taskId}`;

/**
 * By what a notification is known again. An id that was signed tells all. Another one tells nothing by itself: whoever
 * sends a notification again could change it, or take one that is still to come. But chunks that are appended may look
 * alike and all be new: there it tells those apart that have the same content; without any, each of them is new.
 */
function nameOf(event: StreamEvent, { deliveryId, sentId }: DeliveryIds): string | undefined {
  if (deliveryId !== undefined) return `id ${deliveryId}`;
  const isChunk = event.kind === 'artifact-update' && event.append;
  if (!isChunk) return contentOf(event);
  return sentId ? `${sentId} ${contentOf(event)}` : undefined;
}

function contentOf(event: StreamEvent): string {
  if (event.kind === 'status-update') {
    const { state, message, timestamp } = event.status;
    // A time and a message's id tell enough.
    if (timestamp && message?.messageId) return `${state} ${timestamp} ${message.messageId}`;
  }
  return JSON.stringify(event);
}
