import * as z from 'zod/mini';
import type { Message } from '../model/message.js';
import { rememberRaw } from '../model/raw.js';
import { readState } from '../model/state.js';
import type { Artifact, Task, TaskPage, TaskStatus } from '../model/task.js';
import { compact } from './compact.js';
import { part } from './decode-part.js';
import {
  anything,
  camelKeys,
  count,
  identifier,
  isObject,
  lenient,
  listOf,
  members,
  read,
  record,
  text,
  texts,
  wrongAt,
} from './read.js';

/** The one decoder, for what any server of any dialect sends. */

const message = z.pipe(
  members({
    messageId: identifier,
    role: text,
    parts: listOf(part),
    contextId: text,
    taskId: text,
    referenceTaskIds: texts,
    metadata: record,
    extensions: texts,
  }),
  z.transform(
    ({ role = '', ...rest }): Message =>
      // Some say "assistant", others "UNRECOGNIZED": whoever is not the user is the agent.
      compact({ kind: 'message', role: /user/i.test(role) ? 'user' : 'agent', ...rest }),
  ),
);

const artifact = z.pipe(
  members({
    artifactId: identifier,
    name: text,
    description: text,
    parts: listOf(part),
    metadata: record,
    extensions: texts,
  }),
  z.transform((wire): Artifact => compact(wire)),
);

const status = z.pipe(
  z.pipe(
    // Some have a mere word here.
    z.transform(value => (typeof value === 'string' ? { state: value } : camelKeys(value))),
    members({ state: anything, message: lenient(message), timestamp: text }),
  ),
  z.transform(({ state: raw, message, timestamp }): TaskStatus => {
    const state = readState(raw);
    return compact({
      state,
      message,
      // A local time without a zone is UTC more often than not.
      timestamp: timestamp?.replace(/T[\d:.]+$/, '$&Z'),
      // Protobuf's JSON leaves out the zeroth value, "unspecified".
      rawState:
        state === 'unknown' && raw ? (typeof raw === 'string' ? raw : JSON.stringify(raw)) : undefined,
    });
  }),
);

const task = z.pipe(
  members({
    id: identifier,
    contextId: text,
    status,
    artifacts: listOf(artifact),
    history: listOf(message),
    metadata: record,
  }),
  z.transform((wire): Task => compact({ kind: 'task', ...wire })),
);

const page = members({
  tasks: listOf(task),
  nextPageToken: text,
  pageSize: count,
  totalSize: count,
});

/** @throws {ResponseFormatError} */
export function decodeTask(value: unknown, at = 'result'): Task {
  const wrapped = isObject(value) && value['task'];
  const path = wrapped ? `${at}.task` : at;
  const decoded = read(task, wrapped || value, path);
  if (!decoded.id) throw wrongAt(`${path}.id`);
  return rememberRaw(decoded, value);
}

/** What a send answers: a task or a message, wrapped or bare, tagged or not. @throws {ResponseFormatError} */
export function decodeSendResult(value: unknown, at = 'result'): Task | Message {
  const { task, status, message: wrapped } = isObject(value) ? value : {};
  if (task || status) return decodeTask(value, at);
  const bare = wrapped || value;
  // A message in a history may lack its parts; an answer without any is none.
  if (isObject(bare) && Array.isArray(bare['parts'])) return rememberRaw(read(message, bare, at), value);
  throw wrongAt(at);
}

/** What a list answers: an object with pages, or all of it as an array. @throws {ResponseFormatError} */
export function decodeTaskPage(value: unknown, at = 'result'): TaskPage {
  return rememberRaw(compact(read(page, Array.isArray(value) ? { tasks: value } : value, at)), value);
}
