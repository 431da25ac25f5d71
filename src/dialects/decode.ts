import type { Message } from '../model/message.js';
import { rememberRaw } from '../model/raw.js';
import { readState } from '../model/state.js';
import type { Artifact, Task, TaskPage, TaskStatus } from '../model/task.js';
import { compact } from './compact.js';
import { part } from './decode-part.js';
import {
  count,
  identifier,
  isObject,
  lenient,
  listOf,
  members,
  objectAt,
  type Reader,
  record,
  text,
  texts,
  wrongAt,
} from './read.js';

/** The one decoder, for what any server of any dialect sends. */

const message = members<Message>({
  kind: () => 'message',
  messageId: identifier,
  // Some say "assistant", others "UNRECOGNIZED": whoever is not the user is the agent.
  role: value => (typeof value === 'string' && /user/i.test(value) ? 'user' : 'agent'),
  parts: listOf(part),
  contextId: text,
  taskId: text,
  referenceTaskIds: texts,
  metadata: record,
  extensions: texts,
});

export const artifact = members<Artifact>({
  artifactId: identifier,
  name: text,
  description: text,
  parts: listOf(part),
  metadata: record,
  extensions: texts,
});

const statusMessage = lenient(message);

export const status: Reader<TaskStatus> = (value, at, key) => {
  // Some have a mere word here.
  const wire = typeof value === 'string' ? { state: value } : objectAt(value, at, key);
  const { state: raw, message: said, timestamp } = wire as Record<string, unknown>;
  const state = readState(raw);
  return compact({
    state,
    message: statusMessage(said, at, 'message'),
    // A local time without a zone is UTC more often than not.
    timestamp: text(timestamp)?.replace(/T[\d:.]+$/, '$&Z'),
    // Protobuf's JSON leaves out the zeroth value, "unspecified".
    rawState: state === 'unknown' && raw ? (typeof raw === 'string' ? raw : JSON.stringify(raw)) : undefined,
  });
};

const readTask = members<Task>({
  kind: () => 'task',
  id: (value, at, key) => {
    const id = identifier(value);
    if (!id) throw wrongAt(at, key);
    return id;
  },
  contextId: text,
  status,
  artifacts: listOf(artifact),
  history: listOf(message),
  metadata: record,
});

const task: Reader<Task> = (value, at, key) => rememberRaw(readTask(value, at, key), value);

// Pure, so that what decodes notifications goes without.
const page = /* @__PURE__ */ members<TaskPage>({
  tasks: /* @__PURE__ */ listOf(task),
  nextPageToken: value => identifier(value) || undefined,
  pageSize: count,
  totalSize: count,
});

/** @throws {ResponseFormatError} */
export function decodeTask(value: unknown, at = 'result'): Task {
  const wrapped = isObject(value) && value['task'];
  return wrapped ? task(wrapped, at, 'task') : task(value, '', at);
}

/** What a send answers: a task or a message, wrapped or bare, tagged or not. @throws {ResponseFormatError} */
export function decodeSendResult(value: unknown, at = 'result'): Task | Message {
  const { task, status, message: wrapped } = isObject(value) ? value : {};
  if (task || status) return decodeTask(value, at);
  const bare = wrapped || value;
  // A message in a history may lack its parts; an answer without any is none.
  if (isObject(bare) && Array.isArray(bare['parts'])) return rememberRaw(message(bare, '', at), bare);
  throw wrongAt('', at);
}

/** What a list answers: an object with pages, or all of it as an array. @throws {ResponseFormatError} */
export function decodeTaskPage(value: unknown, at = 'result'): TaskPage {
  return rememberRaw(page(Array.isArray(value) ? { tasks: value } : value, '', at), value);
}
