import type { Message } from '../../model/message.js';
import type { Part } from '../../model/part.js';
import type { TaskState } from '../../model/state.js';
import type { Artifact, Task, TaskStatus } from '../../model/task.js';
import { type Json, withoutEmpty } from '../fields.js';

export const states: Record<TaskState, string> = {
  submitted: 'TASK_STATE_SUBMITTED',
  working: 'TASK_STATE_WORKING',
  'input-required': 'TASK_STATE_INPUT_REQUIRED',
  'auth-required': 'TASK_STATE_AUTH_REQUIRED',
  completed: 'TASK_STATE_COMPLETED',
  failed: 'TASK_STATE_FAILED',
  canceled: 'TASK_STATE_CANCELED',
  rejected: 'TASK_STATE_REJECTED',
  unknown: 'TASK_STATE_UNSPECIFIED',
};

/** A Task as protobuf's JSON: what is empty is left out. */
export function writeTask(task: Task, historyLength?: number): Json {
  return withoutEmpty({
    id: task.id,
    contextId: task.contextId,
    status: writeStatus(task.status),
    artifacts: task.artifacts.map(writeArtifact),
    history: lastOf(task.history, historyLength).map(writeMessage),
    metadata: task.metadata,
  });
}

export function writeMessage(message: Message): Json {
  return withoutEmpty({
    messageId: message.messageId,
    contextId: message.contextId,
    taskId: message.taskId,
    role: message.role === 'user' ? 'ROLE_USER' : 'ROLE_AGENT',
    parts: message.parts.map(writePart),
    metadata: message.metadata,
    extensions: message.extensions,
    referenceTaskIds: message.referenceTaskIds,
  });
}

/** A Task in a list, where the Python server prints what is empty as well. */
export function writeListed(task: Task, historyLength: number | undefined, includeArtifacts: boolean): Json {
  return {
    ...writeTask({ ...task, artifacts: [], history: [] }),
    artifacts: (includeArtifacts ? task.artifacts : []).map(artifact => ({
      name: '',
      description: '',
      extensions: [],
      ...writeArtifact(artifact),
      parts: artifact.parts.map(writePadded),
    })),
    history: lastOf(task.history, historyLength).map(message => ({
      extensions: [],
      referenceTaskIds: [],
      ...writeMessage(message),
      parts: message.parts.map(writePadded),
    })),
  };
}

function writePadded(part: Part): Json {
  return { filename: '', mediaType: '', ...writePart(part) };
}

export function writeStatus(status: TaskStatus): Json {
  return withoutEmpty({
    state: states[status.state],
    message: status.message && writeMessage(status.message),
    // Tasks that were only just accepted have none, as in the Python server.
    timestamp: status.state === 'submitted' ? undefined : status.timestamp?.replace('Z', '000Z'),
  });
}

export function writeArtifact(artifact: Artifact): Json {
  return withoutEmpty({
    artifactId: artifact.artifactId,
    name: artifact.name,
    description: artifact.description,
    parts: artifact.parts.map(writePart),
    metadata: artifact.metadata,
    extensions: artifact.extensions,
  });
}

function writePart(part: Part): Json {
  if (part.kind === 'text') return { text: part.text, ...withoutEmpty({ metadata: part.metadata }) };
  if (part.kind === 'data') return { data: part.data, ...withoutEmpty({ metadata: part.metadata }) };
  const { metadata, filename, mediaType } = part;
  const content = part.raw === undefined ? { url: part.url } : { raw: part.raw };
  return { ...content, ...withoutEmpty({ metadata, filename, mediaType }) };
}

function lastOf(history: readonly Message[], length: number | undefined): readonly Message[] {
  if (length === undefined) return history;
  return length === 0 ? [] : history.slice(-length);
}
