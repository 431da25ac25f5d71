import type { Message } from './message.js';
import type { Metadata, Part } from './part.js';
import type { TaskState } from './state.js';

/** Something the agent made: a document, a picture, a table. */
export interface Artifact {
  artifactId: string;
  name?: string;
  description?: string;
  parts: Part[];
  metadata?: Metadata;
  extensions?: string[];
}

export interface TaskStatus {
  state: TaskState;
  /** What the agent says about this state, e.g. its question, or why it failed. */
  message?: Message;
  /** When the state was reached, by the server's clock (ISO 8601); many servers leave it out. */
  timestamp?: string;
  /** The server's own word, where `state` is `'unknown'`. */
  rawState?: string;
}

/**
 * The work an agent does, in v1.0 names whatever version the server speaks. `artifacts` and `history` are always
 * there, if only empty.
 *
 * Source: A2A specification 1.0, section 4.1.1 (Task).
 */
export interface Task {
  kind: 'task';
  id: string;
  contextId?: string;
  status: TaskStatus;
  artifacts: Artifact[];
  history: Message[];
  metadata?: Metadata;
}

/** One page of `listTasks`. */
export interface TaskPage {
  tasks: Task[];
  /** Give it as `pageToken` for the next page; absent on the last one. */
  nextPageToken?: string;
  pageSize?: number;
  /** How many tasks match in all, where the server counts them. */
  totalSize?: number;
}

/**
 * Tells a task from a message: `const sent = await client.sendMessage(…)` is either.
 *
 * @example if (isTask(sent)) console.log(sent.id)
 */
export function isTask(value: unknown): value is Task {
  return (value as { kind?: unknown } | null | undefined)?.kind === 'task';
}

/**
 * Tells a direct answer from a task.
 *
 * @example if (isMessage(sent)) console.log(textOf(sent))
 */
export function isMessage(value: unknown): value is Message {
  return (value as { kind?: unknown } | null | undefined)?.kind === 'message';
}
