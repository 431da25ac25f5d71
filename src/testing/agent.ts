import type { Message } from '../model/message.js';
import type { Metadata, Part } from '../model/part.js';
import type { TaskState } from '../model/state.js';
import type { Artifact, Task } from '../model/task.js';

/** A part as an agent writes it: a string is text, and what it is need not be said. */
export type AgentPart =
  | string
  | Part
  | { text: string; metadata?: Metadata }
  | { data: unknown; metadata?: Metadata }
  | { url: string; mediaType?: string; filename?: string; metadata?: Metadata }
  | { raw: string; mediaType?: string; filename?: string; metadata?: Metadata };

/**
 * What an agent says: one part, or some.
 *
 * @example yield artifact(['The total:', { data: { total: 5 } }])
 * @example yield artifact({ raw: 'aGk=', mediaType: 'text/plain', filename: 'hi.txt' })
 */
export type AgentContent = AgentPart | readonly AgentPart[];

/** One thing an agent does; made by `working()`, `artifact()`, `completed()` and their siblings. */
export type AgentStep =
  | { kind: 'status'; state: TaskState; parts?: Part[] | undefined }
  | {
      kind: 'artifact';
      artifact: Omit<Artifact, 'artifactId'> & { artifactId?: string | undefined };
      append: boolean;
      lastChunk: boolean;
    }
  | { kind: 'reply'; parts: Part[]; metadata?: Metadata | undefined };

/** What an agent is given for one message. */
export interface AgentTurn {
  /** The message that started this turn, with the ids the server gave it. */
  message: Message;
  /** The text parts of that message, joined. */
  text: string;
  /** The task as it was when this message arrived, if the message continues one. */
  task: Task | undefined;
  contextId: string;
  taskId: string;
  /** Aborts when the task is canceled or the server closed. */
  signal: AbortSignal;
  /** Waits `ms` milliseconds by the global timers, faked ones included; rejects when `signal` aborts. */
  sleep(ms: number): Promise<void>;
}

/**
 * An agent for tests: a generator that is called for each message and yields what it does. A turn ends at a
 * terminal or interrupted step; an agent that returns without one has completed, one that throws has failed.
 *
 * @example
 * const agent: Agent = async function* (turn) {
 *   yield working('Reading …');
 *   await turn.sleep(2_000);
 *   yield artifact(`About ${turn.text}: nothing new.`);
 * };
 */
export type Agent = (turn: AgentTurn) => AsyncIterable<AgentStep> | Iterable<AgentStep>;
