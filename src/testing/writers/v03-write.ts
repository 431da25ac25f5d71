import type { Message } from '../../model/message.js';
import type { Part } from '../../model/part.js';
import type { Artifact, Task, TaskStatus } from '../../model/task.js';
import { isJson, type Json, withoutEmpty } from '../fields.js';

/** The task with so much of its history. The Python server takes 0 for "no limit". */
export function shortened(task: Task, historyLength = 0): Task {
  return historyLength > 0 ? { ...task, history: task.history.slice(-historyLength) } : task;
}

/** A v0.3 Task. The model's states are spelled as v0.3 spells them. */
export function writeTask(task: Task): Json {
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
export function writeAnswer(answer: Task | Message): Json {
  return answer.kind === 'message' ? writeMessage(answer) : writeTask(answer);
}

export function writeMessage(message: Message): Json {
  return withoutEmpty({
    contextId: message.contextId,
    extensions: message.extensions,
    kind: 'message',
    messageId: message.messageId,
    metadata: message.metadata,
    parts: message.parts.map(writePart),
    referenceTaskIds: message.referenceTaskIds,
    role: message.role,
    taskId: message.taskId,
  });
}

export function writeStatus(status: TaskStatus): Json {
  return withoutEmpty({
    message: status.message && writeMessage(status.message),
    state: status.state,
    // Tasks that were only just accepted have none, as in the Python server.
    timestamp: status.state === 'submitted' ? undefined : writeTime(status.timestamp),
  });
}

export function writeTime(timestamp: string | undefined): string | undefined {
  return timestamp?.replace('Z', '000+00:00');
}

export function writeArtifact(artifact: Artifact): Json {
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
