import type { Metadata } from '../model/part.js';
import type { PushNotificationConfig } from '../model/push-notification.js';
import type { WaitOptions } from '../wait/options.js';
import type { ReconnectOptions } from './follow.js';
import type { RequestOptions } from './options.js';

export interface SendMessageOptions extends RequestOptions {
  /** Answer as soon as the task exists, rather than when it is over. @default false */
  returnImmediately?: boolean | undefined;
  /** Continues a conversation. */
  contextId?: string | undefined;
  /** Continues a task, e.g. answers its question. */
  taskId?: string | undefined;
  referenceTaskIds?: string[] | undefined;
  /** Made up unless given. The same id twice is the same message to a server that cares. */
  messageId?: string | undefined;
  /** Media types the application can show. */
  acceptedOutputModes?: string[] | undefined;
  /** At most so many messages of the task's history in the answer. @default all */
  historyLength?: number | undefined;
  /** Beside the message, not in it. */
  metadata?: Metadata | undefined;
  /** Where the agent is to tell what becomes of the task. Some ignore it without a word: see `pushNotifications.set`. */
  pushNotification?: PushNotificationConfig | undefined;
  /** URIs of extensions that this message uses. */
  extensions?: string[] | undefined;
  /** @internal Called before each attempt; what it throws ends the call. */
  onAttempt?: (() => void) | undefined;
}

/** Options of a stream. `timeout` runs to its beginning: a stream may be silent for long. */
export interface StreamOptions extends Omit<SendMessageOptions, 'returnImmediately'> {
  /** Whether, and how often, a stream that broke off is taken up again. @default true */
  reconnect?: boolean | ReconnectOptions | undefined;
}

/** Options of `subscribe`: those of a stream that sends no message. */
export interface SubscribeOptions extends RequestOptions, Pick<StreamOptions, 'reconnect'> {}

export interface GetTaskOptions extends RequestOptions {
  /** At most so many messages of the history, the newest. @default all */
  historyLength?: number | undefined;
}

/** Options of `run`: those of a send and those of a wait. `timeout` is the whole, `requestTimeout` each request. */
export interface RunOptions
  extends Omit<SendMessageOptions, 'timeout' | 'signal' | 'returnImmediately'>,
    WaitOptions {}
