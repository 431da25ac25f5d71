import * as z from 'zod/mini';
import { ResponseFormatError } from '../errors/wire.js';
import type { Message } from '../model/message.js';
import { rememberRaw } from '../model/raw.js';
import { readState } from '../model/state.js';
import type { Artifact, Task, TaskPage, TaskStatus } from '../model/task.js';
import { compact } from './compact.js';
import { part } from './decode-part.js';
import {
  anything,
  identifier,
  isObject,
  lenient,
  listOf,
  members,
  optionalCount,
  optionalIdentifier,
  optionalObject,
  optionalText,
  optionalTexts,
  read,
} from './read.js';

/** The one decoder, for what any server of any dialect sends. */

const message = z.pipe(
  members({
    messageId: optionalIdentifier,
    role: optionalText,
    parts: listOf(part),
    contextId: optionalText,
    taskId: optionalText,
    referenceTaskIds: optionalTexts,
    metadata: optionalObject,
    extensions: optionalTexts,
  }),
  z.transform(
    ({ messageId = '', role = '', ...rest }): Message =>
      // Some say "assistant", others "UNRECOGNIZED": whoever is not the user is the agent.
      compact({ kind: 'message', messageId, role: /user/i.test(role) ? 'user' : 'agent', ...rest }),
  ),
);

const artifact = z.pipe(
  members({
    artifactId: optionalIdentifier,
    name: optionalText,
    description: optionalText,
    parts: listOf(part),
    metadata: optionalObject,
    extensions: optionalTexts,
  }),
  z.transform(({ artifactId = '', ...rest }): Artifact => compact({ artifactId, ...rest })),
);

const status = z.pipe(
  z.pipe(
    // Some have a mere word here.
    z.transform(value => (typeof value === 'string' ? { state: value } : value)),
    members({ state: anything, message: lenient(message), timestamp: optionalText }),
  ),
  z.transform(({ state: raw, message, timestamp }): TaskStatus => {
    const state = readState(raw);
    return compact({
      state,
      message,
      // A local time without a zone is UTC more often than not.
      timestamp: timestamp?.replace(/T[\d:.]+$/, '$&Z'),
      // Protobuf's JSON leaves out the zeroth value, "unspecified".
      rawState: state === 'unknown' && raw ? String(raw) : undefined,
    });
  }),
);

const task = z.pipe(
  members({
    id: identifier,
    contextId: optionalText,
    status,
    artifacts: listOf(artifact),
    history: listOf(message),
    metadata: optionalObject,
  }),
  z.transform((wire): Task => compact({ kind: 'task', ...wire })),
);

const page = members({
  tasks: listOf(task),
  nextPageToken: optionalText,
  pageSize: optionalCount,
  totalSize: optionalCount,
});

/** @throws {ResponseFormatError} */
export function decodeTask(value: unknown, at = 'result'): Task {
  const wrapped = isObject(value) && value['task'];
  return rememberRaw(read(task, wrapped || value, wrapped ? `${at}.task` : at), value);
}

/** What a send answers: a task or a message, wrapped or bare, tagged or not. @throws {ResponseFormatError} */
export function decodeSendResult(value: unknown, at = 'result'): Task | Message {
  const { task, status, message: wrapped } = isObject(value) ? value : {};
  if (task || status) return decodeTask(value, at);
  const bare = wrapped || value;
  // A message in a history may lack its parts; an answer without any is none.
  if (isObject(bare) && Array.isArray(bare['parts'])) return rememberRaw(read(message, bare, at), value);
  throw new ResponseFormatError(
    `The agent's answer is neither a task nor a message: ${at} has no "status" or "parts".`,
    at,
  );
}

/** What a list answers: an object with pages, or all of it as an array. @throws {ResponseFormatError} */
export function decodeTaskPage(value: unknown, at = 'result'): TaskPage {
  return rememberRaw(compact(read(page, Array.isArray(value) ? { tasks: value } : value, at)), value);
}
