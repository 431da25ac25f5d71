import type { Message } from '../../model/message.js';
import type { Part } from '../../model/part.js';
import type { TaskState } from '../../model/state.js';
import type { Artifact, Task } from '../../model/task.js';
import { type Json, withoutEmpty } from '../fields.js';

export const states: Record<TaskState, string> = {
  submitted: 'submitted',
  working: 'working',
  'input-required': 'input_required',
  'auth-required': 'auth_required',
  completed: 'completed',
  failed: 'failed',
  canceled: 'cancelled',
  // It has no word for these two.
  rejected: 'failed',
  unknown: 'working',
};

/** A task without any tag that says so. */
export function writeTask(task: Task): Json {
  const { state, message, timestamp } = task.status;
  return withoutEmpty({
    id: task.id,
    contextId: task.contextId,
    status: withoutEmpty({
      state: states[state],
      message: message && writeMessage(message),
      timestamp: timestamp?.replace('Z', '000+00:00'),
    }),
    artifacts: task.artifacts.map(writeArtifact),
    history: task.history.map(writeMessage),
    metadata: task.metadata,
  });
}

export function writeMessage(message: Message): Json {
  return withoutEmpty({
    messageId: message.messageId,
    role: message.role,
    parts: message.parts.flatMap(writePart),
    contextId: message.contextId,
    taskId: message.taskId,
    metadata: message.metadata,
  });
}

export function writeArtifact(artifact: Artifact): Json {
  return withoutEmpty({
    artifactId: artifact.artifactId,
    name: artifact.name,
    description: artifact.description,
    parts: artifact.parts.flatMap(writePart),
    metadata: artifact.metadata,
  });
}

function writePart(part: Part): Json[] {
  if (part.kind === 'text') return [{ text: part.text }];
  if (part.kind === 'data') return [{ data: part.data }];
  // It has no field for bytes.
  if (part.raw !== undefined) return [];
  const named = withoutEmpty({ mediaType: part.mediaType, name: part.filename });
  return [{ fileWithUri: part.url, ...named }];
}
