import type { Message } from '../../model/message.js';
import type { Part } from '../../model/part.js';
import type { TaskState } from '../../model/state.js';
import type { Artifact, Task, TaskStatus } from '../../model/task.js';
import { isJson, type Json, withoutEmpty } from '../fields.js';
import { endsTurn } from '../states.js';
import type { StreamItem } from '../task-stream.js';

/** Where the servers of A2A 0.3 differ in what they write. */
export interface V03Spelling {
  writeTime(status: TaskStatus): string | undefined;
  /** Whether the last status of a stream says that it is. */
  isFinal(state: TaskState): boolean;
}

/** The shapes of A2A 0.3, in which a `kind` says what they are. The model's states are spelled as in 0.3. */
export function v03ShapesOf({ writeTime, isFinal }: V03Spelling) {
  /** A v0.3 Task. The model's states are spelled as v0.3 spells them. */
  function writeTask(task: Task): Json {
    return withoutEmpty({
      artifacts: task.artifacts.map(writeArtifact),
      contextId: task.contextId,
      history: task.history.map(writeMessage),
      id: task.id,
      kind: 'task',
      metadata: task.metadata,
      status: writeStatus(task.status),
    });
  }

  /** The answer to a send: its `kind` says what it is. */
  function writeAnswer(answer: Task | Message): Json {
    return answer.kind === 'message' ? writeMessage(answer) : writeTask(answer);
  }

  function writeMessage(message: Message): Json {
    return withoutEmpty({
      contextId: message.contextId,
      extensions: message.extensions,
      kind: message.kind,
      messageId: message.messageId,
      metadata: message.metadata,
      parts: message.parts.map(writePart),
      referenceTaskIds: message.referenceTaskIds,
      role: message.role,
      taskId: message.taskId,
    });
  }

  function writeStatus(status: TaskStatus): Json {
    return withoutEmpty({
      message: status.message && writeMessage(status.message),
      state: status.state,
      timestamp: writeTime(status),
    });
  }

  /** One result of a stream, which its `kind` tells apart. */
  function writeEvent(item: Exclude<StreamItem, { kind: 'end' }>): Json {
    if (item.kind === 'task' || item.kind === 'message') return writeAnswer(item);
    const { kind, taskId, contextId, metadata } = item;
    if (kind === 'status-update') {
      const { status } = item;
      const final = isFinal(status.state);
      return withoutEmpty({ contextId, final, kind, metadata, status: writeStatus(status), taskId });
    }
    const { artifact, append, lastChunk } = item;
    const made = writeArtifact(artifact);
    return withoutEmpty({ append, artifact: made, contextId, kind, lastChunk, metadata, taskId });
  }

  return { writeTask, writeMessage, writeAnswer, writeEvent };
}

export type V03Shapes = ReturnType<typeof v03ShapesOf>;

/** Microseconds, as the Python server. */
export function writeTime(timestamp: string | undefined): string | undefined {
  return timestamp?.replace('Z', '000+00:00');
}

export const usualShapes = v03ShapesOf({
  // Tasks that were only just accepted have none, as in the Python server.
  writeTime: ({ state, timestamp }) => (state === 'submitted' ? undefined : writeTime(timestamp)),
  // As the JavaScript server: the Python one says false where it only pauses.
  isFinal: endsTurn,
});

function writeArtifact(artifact: Artifact): Json {
  return withoutEmpty({
    artifactId: artifact.artifactId,
    description: artifact.description,
    extensions: artifact.extensions,
    metadata: artifact.metadata,
    name: artifact.name,
    parts: artifact.parts.map(writePart),
  });
}

function writePart(part: Part): Json {
  const metadata = withoutEmpty({ metadata: part.metadata });
  if (part.kind === 'text') return { kind: 'text', ...metadata, text: part.text };
  if (part.kind === 'data') return { data: asObject(part.data), kind: 'data', ...metadata };
  const content = part.raw === undefined ? { uri: part.url } : { bytes: part.raw };
  return {
    file: { ...content, ...withoutEmpty({ mimeType: part.mediaType, name: part.filename }) },
    kind: 'file',
    ...metadata,
  };
}

/** v0.3 knows objects only, so an agent that makes anything else has to wrap it. */
export function asObject(data: unknown): Json {
  return isJson(data) ? data : { value: data };
}
