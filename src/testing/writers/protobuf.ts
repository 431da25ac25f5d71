import type { Message } from '../../model/message.js';
import type { Part } from '../../model/part.js';
import type { TaskState } from '../../model/state.js';
import type { Artifact, Task, TaskStatus } from '../../model/task.js';
import { type Json, withoutEmpty } from '../fields.js';
import { endsTurn } from '../states.js';
import type { StreamItem } from '../task-stream.js';

const roles: Record<Message['role'], string> = { user: 'ROLE_USER', agent: 'ROLE_AGENT' };

/** Where the versions of A2A differ in what they write as protobuf's JSON. */
export interface Spelling {
  states: Record<TaskState, string>;
  /** What holds the parts of a message. */
  body: 'parts' | 'content';
  writePart(part: Part): Json;
  /** Nothing, where the version tells no times. */
  writeTime(status: TaskStatus): string | undefined;
  /** Whether the last status of a stream says that it is. */
  tellsFinal: boolean;
}

/** What a version writes as protobuf's JSON: what is empty is left out, and so is a false. */
export function shapesOf({ states, body, writePart, writeTime, tellsFinal }: Spelling) {
  function writeTask(task: Task): Json {
    return withoutEmpty({
      id: task.id,
      contextId: task.contextId,
      status: writeStatus(task.status),
      artifacts: task.artifacts.map(writeArtifact),
      history: task.history.map(writeMessage),
      metadata: task.metadata,
    });
  }

  function writeMessage(message: Message): Json {
    return withoutEmpty({
      messageId: message.messageId,
      contextId: message.contextId,
      taskId: message.taskId,
      role: roles[message.role],
      [body]: message.parts.map(writePart),
      metadata: message.metadata,
      extensions: message.extensions,
      referenceTaskIds: message.referenceTaskIds,
    });
  }

  function writeStatus(status: TaskStatus): Json {
    return withoutEmpty({
      state: states[status.state],
      message: status.message && writeMessage(status.message),
      timestamp: writeTime(status),
    });
  }

  function writeArtifact(artifact: Artifact): Json {
    return withoutEmpty({
      artifactId: artifact.artifactId,
      name: artifact.name,
      description: artifact.description,
      parts: artifact.parts.map(writePart),
      metadata: artifact.metadata,
      extensions: artifact.extensions,
    });
  }

  /** The answer to a send. */
  function writeAnswer(answer: Task | Message): Json {
    return answer.kind === 'message' ? { message: writeMessage(answer) } : { task: writeTask(answer) };
  }

  /** A StreamResponse: one member, which says what it is. */
  function writeEvent(item: Exclude<StreamItem, { kind: 'end' }>): Json {
    if (item.kind === 'task' || item.kind === 'message') return writeAnswer(item);
    const { taskId, contextId, metadata } = item;
    if (item.kind === 'status-update') {
      const final = (tellsFinal && endsTurn(item.status.state)) || undefined;
      const status = writeStatus(item.status);
      return { statusUpdate: withoutEmpty({ taskId, contextId, status, final, metadata }) };
    }
    const { artifact, append, lastChunk } = item;
    return {
      artifactUpdate: withoutEmpty({
        taskId,
        contextId,
        artifact: writeArtifact(artifact),
        append: append || undefined,
        lastChunk: lastChunk || undefined,
        metadata,
      }),
    };
  }

  return { writeTask, writeMessage, writeArtifact, writeAnswer, writeEvent };
}
