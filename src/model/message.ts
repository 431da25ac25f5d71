import type { Metadata, Part, PartInput } from './part.js';

/**
 * One turn of a conversation. An agent that has its answer at once replies with a message instead of a task.
 *
 * Source: A2A specification 1.0, section 4.1.4 (Message).
 */
export interface Message {
  kind: 'message';
  messageId: string;
  role: 'user' | 'agent';
  parts: Part[];
  contextId?: string;
  taskId?: string;
  referenceTaskIds?: string[];
  metadata?: Metadata;
  /** URIs of the extensions that are present in this message. */
  extensions?: string[];
}

/** A whole message as an application writes it; `messageId` is made up where it is left out. */
export interface FullMessageInput {
  parts: PartInput[];
  messageId?: string | undefined;
  contextId?: string | undefined;
  taskId?: string | undefined;
  referenceTaskIds?: string[] | undefined;
  metadata?: Metadata | undefined;
  extensions?: string[] | undefined;
}

/**
 * What can be sent: a string, a list of parts, a single Blob or bytes, or a whole message.
 *
 * @example 'Write the report'
 * @example ['What is on this picture?', { file: blob, filename: 'cat.png' }]
 * @example { parts: ['Yes'], taskId: task.id }
 */
export type MessageInput = string | PartInput[] | Blob | Uint8Array | FullMessageInput;

/** The whole message behind any way to write one. Nothing of the input is changed. */
export function toFullMessage(input: MessageInput): FullMessageInput {
  if (typeof input === 'string') return { parts: [input] };
  if (Array.isArray(input)) return { parts: input };
  // By what it has, since a Blob may be another realm's.
  return input && 'parts' in input ? input : { parts: [{ file: input }] };
}
