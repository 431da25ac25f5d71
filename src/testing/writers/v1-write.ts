import type { Message } from '../../model/message.js';
import type { Part } from '../../model/part.js';
import type { TaskState } from '../../model/state.js';
import type { Task, TaskStatus } from '../../model/task.js';
import { type Json, withoutEmpty } from '../fields.js';
import { shapesOf } from './protobuf.js';

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

/** The shapes of A2A 1.0, in which servers differ by how they write times. */
export function v1Shapes(writeTime: (status: TaskStatus) => string | undefined) {
  return shapesOf({ states, body: 'parts', writePart, writeTime, tellsFinal: false });
}

export type V1Shapes = ReturnType<typeof v1Shapes>;

/** Microseconds. Tasks that were only just accepted have none, as in the Python server. */
export const usualShapes = v1Shapes(({ state, timestamp }) =>
  state === 'submitted' ? undefined : timestamp?.replace('Z', '000Z'),
);

const { writeTask, writeMessage, writeArtifact, writeEvent } = usualShapes;

export { writeEvent };

/** The task with so much of its history; all of it unless a length is given. */
export function shortened(task: Task, historyLength: number | undefined): Task {
  return { ...task, history: lastOf(task.history, historyLength) };
}

/** A Task in a list, without its artifacts unless they are asked for; the Python server prints what is empty as well. */
export function writeListed(task: Task, historyLength: number | undefined, includeArtifacts: boolean): Json {
  return {
    ...writeTask({ ...task, artifacts: [], history: [] }),
    ...(includeArtifacts && {
      artifacts: task.artifacts.map(artifact => ({
        name: '',
        description: '',
        extensions: [],
        ...writeArtifact(artifact),
        parts: artifact.parts.map(writePadded),
      })),
    }),
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

function writePart(part: Part): Json {
  if (part.kind === 'text') {
    // The model has no type for it, and the JavaScript server has one for its own words.
    const { mediaType } = part as { mediaType?: string };
    return { text: part.text, ...withoutEmpty({ metadata: part.metadata, mediaType }) };
  }
  if (part.kind === 'data') return { data: part.data, ...withoutEmpty({ metadata: part.metadata }) };
  const { metadata, filename, mediaType } = part;
  const content = part.raw === undefined ? { url: part.url } : { raw: part.raw };
  return { ...content, ...withoutEmpty({ metadata, filename, mediaType }) };
}

function lastOf(history: Message[], length: number | undefined): Message[] {
  if (length === undefined) return history;
  return length === 0 ? [] : history.slice(-length);
}
