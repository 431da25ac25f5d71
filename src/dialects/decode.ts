import * as z from 'zod/mini';
import { ResponseFormatError } from '../errors/wire.js';
import type { Message } from '../model/message.js';
import { rememberRaw } from '../model/raw.js';
import { readState } from '../model/state.js';
import type { Artifact, Task, TaskPage, TaskStatus } from '../model/task.js';
import { compact } from './compact.js';
import { part } from './decode-part.js';
import {
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

const wireMessage = members({
  messageId: optionalIdentifier,
  role: optionalText,
  parts: listOf(part),
  contextId: optionalText,
  taskId: optionalText,
  referenceTaskIds: optionalTexts,
  metadata: optionalObject,
  extensions: optionalTexts,
});

const message = z.pipe(
  wireMessage,
  z.transform(
    (wire): Message =>
      compact({
        kind: 'message',
        messageId: wire.messageId ?? '',
        // Some say "assistant", others "UNRECOGNIZED": whoever is not the user is the agent.
        role: /user/i.test(wire.role ?? '') ? 'user' : 'agent',
        parts: wire.parts,
        contextId: wire.contextId,
        taskId: wire.taskId,
        referenceTaskIds: wire.referenceTaskIds,
        metadata: wire.metadata,
        extensions: wire.extensions,
      }),
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
  z.transform(
    ({ artifactId, name, description, parts, metadata, extensions }): Artifact =>
      compact({ artifactId: artifactId ?? '', name, description, parts, metadata, extensions }),
  ),
);

const status = z.pipe(
  z.union([
    members({
      // Protobuf's JSON leaves out the zeroth value, "unspecified".
      state: z.optional(z.nullable(z.union([z.string(), z.number()]))),
      message: lenient(message),
      timestamp: optionalText,
    }),
    z.string(),
  ]),
  z.transform((wire): TaskStatus => {
    const { state: raw, message, timestamp } = typeof wire === 'string' ? { state: wire } : { ...wire };
    const state = readState(raw);
    return compact({
      state,
      message: message as Message | undefined,
      timestamp: zoned(timestamp as string | undefined),
      rawState: state === 'unknown' && raw ? String(raw) : undefined,
    });
  }),
);

/** Some servers print their local time without a zone; it is UTC more often than not. */
function zoned(timestamp: string | undefined): string | undefined {
  return timestamp && /T[\d:.]+$/.test(timestamp) ? `${timestamp}Z` : timestamp;
}

const task = z.pipe(
  members({
    id: identifier,
    contextId: optionalText,
    status,
    artifacts: listOf(artifact),
    history: listOf(message),
    metadata: optionalObject,
  }),
  z.transform(
    ({ id, contextId, status, artifacts, history, metadata }): Task =>
      compact({ kind: 'task', id, contextId, status, artifacts, history, metadata }),
  ),
);

const page = members({
  tasks: listOf(task),
  nextPageToken: optionalText,
  pageSize: optionalCount,
  totalSize: optionalCount,
});

/** @throws {ResponseFormatError} */
export function decodeTask(value: unknown, at = 'result'): Task {
  const wrapped = memberOf(value, 'task');
  return wrapped === undefined
    ? rememberRaw(read(task, value, at), value)
    : rememberRaw(read(task, wrapped, `${at}.task`), value);
}

/** What a send answers: a task or a message, wrapped or bare, tagged or not. @throws {ResponseFormatError} */
export function decodeSendResult(value: unknown, at = 'result'): Task | Message {
  if (memberOf(value, 'task') !== undefined) return decodeTask(value, at);
  const wrapped = memberOf(value, 'message');
  if (wrapped !== undefined)
    return rememberRaw(read(message, answering(wrapped, `${at}.message`), `${at}.message`), value);
  if (memberOf(value, 'status') !== undefined || memberOf(value, 'kind') === 'task')
    return decodeTask(value, at);
  return rememberRaw(read(message, answering(value, at), at), value);
}

/** An answer without parts is none, though a message in a history may lack them. */
function answering(value: unknown, at: string): unknown {
  if (Array.isArray(memberOf(value, 'parts'))) return value;
  throw new ResponseFormatError(
    `The agent's answer is neither a task nor a message: ${at} has neither "status" nor "parts".`,
    at,
  );
}

/** What a list answers: an object with pages, or all of it as an array. @throws {ResponseFormatError} */
export function decodeTaskPage(value: unknown, at = 'result'): TaskPage {
  const wire = read(page, Array.isArray(value) ? { tasks: value } : value, at);
  const { tasks, nextPageToken, pageSize, totalSize } = wire;
  return rememberRaw(compact({ tasks, nextPageToken, pageSize, totalSize }), value);
}

function memberOf(value: unknown, key: string): unknown {
  return isObject(value) ? (value[key] ?? undefined) : undefined;
}
