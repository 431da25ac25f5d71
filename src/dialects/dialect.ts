import type { Message } from '../model/message.js';
import type { PushNotificationConfig } from '../model/push-notification.js';
import type { TaskState } from '../model/state.js';

/** What servers speak: A2A 1.0, A2A 0.3 (and what came shortly before), or PraisonAI's mixture. */
export type Dialect = '1.0' | '0.3' | 'praison';

/** How calls are put on HTTP. PraisonAI has JSON-RPC only. */
export type Binding = 'JSONRPC' | 'HTTP+JSON';

/** What a client can ask for, by the name every dialect has its own word for. */
export type Operation =
  | 'send'
  | 'stream'
  | 'get'
  | 'list'
  | 'cancel'
  | 'subscribe'
  | 'extendedCard'
  | PushOperation;

export type PushOperation = 'pushSet' | 'pushGet' | 'pushList' | 'pushDelete';

/** Which configuration of push notifications: all members to set it, the ids for the rest. */
export interface PushQuery extends Partial<Omit<PushNotificationConfig, 'id'>> {
  taskId: string;
  id?: string | undefined;
  /** Of the page after the first. */
  pageToken?: string | undefined;
}

/** Whether it is answered by events. */
export function isStreamed(operation: unknown): boolean {
  return operation === 'stream' || operation === 'subscribe';
}

/** Whether every server has it, so that refusing the method speaks against the dialect. */
export function isEssential(operation: unknown): boolean {
  return /^(send|stream|get|cancel|subscribe)$/.test(String(operation));
}

export interface SendConfiguration {
  returnImmediately?: boolean | undefined;
  acceptedOutputModes?: string[] | undefined;
  historyLength?: number | undefined;
  metadata?: Record<string, unknown> | undefined;
  pushNotification?: PushNotificationConfig | undefined;
}

/** Which tasks to list. */
export interface ListTasksQuery {
  contextId?: string | undefined;
  /** Any spelling is read. */
  status?: TaskState | (string & {});
  /** 1 to 100. */
  pageSize?: number | undefined;
  /** `nextPageToken` of the page before. */
  pageToken?: string | undefined;
  /** At most so many messages of each task's history. */
  historyLength?: number | undefined;
  /** Only tasks whose status changed at or after this time. */
  statusTimestampAfter?: string | Date | undefined;
  /** Artifacts are left out by default. @default false */
  includeArtifacts?: boolean | undefined;
}

/**
 * Writes requests as one dialect has them, and never a field that a strict server of it would reject (members that
 * are undefined do not get into the JSON). Reading needs no such thing: there is one lenient decoder for all.
 */
export interface Encoder {
  readonly dialect: Dialect;
  /** Sent with each call. */
  readonly headers: Readonly<Record<string, string>>;
  /** Where extensions are named, if the dialect has them. */
  readonly extensionsHeader?: string;
  /** Empty for what the dialect does not have. */
  readonly methods: Readonly<Record<Operation, string>>;
  /** @throws {ContentTypeNotSupportedError} for a part that the dialect cannot carry, rather than lose it */
  send(message: Message, configuration: SendConfiguration): object;
  get(taskId: string, historyLength: number | undefined): object;
  list(query: ListTasksQuery): object;
  /** For what is said of a task by its id alone: cancel, subscribe. */
  about(taskId: string): object;
  push(query: PushQuery): object;
  /** Turns an answer or event into what the decoder reads, where that takes knowledge of the dialect. */
  plain?(value: unknown): unknown;
}
