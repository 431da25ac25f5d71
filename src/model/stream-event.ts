import type { Message } from './message.js';
import type { Metadata } from './part.js';
import type { Artifact, Task, TaskStatus } from './task.js';

/** A task came into another state, or the agent said something about the one it is in. */
export interface StatusUpdate {
  kind: 'status-update';
  taskId: string;
  contextId?: string;
  status: TaskStatus;
  /** Whether the agent stops here: the task is over, or waits for somebody. */
  final: boolean;
  metadata?: Metadata;
}

/** The agent made something, or more of it. */
export interface ArtifactUpdate {
  kind: 'artifact-update';
  taskId: string;
  contextId?: string;
  artifact: Artifact;
  /** Whether the parts come after those the artifact has, rather than in their place. */
  append: boolean;
  /** Whether the artifact is complete with these, as far as the agent says. */
  lastChunk: boolean;
  metadata?: Metadata;
}

/**
 * What a stream tells: usually the task as it begins, then what becomes of it; or the agent's direct answer. Tell them
 * apart by `kind`.
 *
 * Source: A2A specification 1.0, section 4.2 (streaming events).
 */
export type StreamEvent = Task | Message | StatusUpdate | ArtifactUpdate;
