import type { Message } from '../../model/message.js';
import type { Part } from '../../model/part.js';
import type { PushNotificationConfig } from '../../model/push-notification.js';
import { FieldError, Fields, type Json, optional } from '../fields.js';
import { configFields, readConfig } from './v1-push.js';

const readMessage = messageReader(
  'parts',
  ['text', 'raw', 'url', 'data', 'metadata', 'filename', 'mediaType'],
  readPart,
);
const messageFields = [
  'messageId',
  'contextId',
  'taskId',
  'role',
  'parts',
  'metadata',
  'extensions',
  'referenceTaskIds',
];
const configurationFields = [
  'acceptedOutputModes',
  'taskPushNotificationConfig',
  'historyLength',
  'returnImmediately',
];

export interface V1Send {
  message: Message;
  historyLength: number | undefined;
  returnImmediately: boolean;
  push: PushNotificationConfig | undefined;
}

/** Reads a SendMessageRequest as strictly as a protobuf parser does. */
export function readSend(params: Json, strict: boolean): V1Send {
  const request = new Fields(params, ['tenant', 'message', 'configuration', 'metadata'], strict);
  request.string('tenant');
  request.record('metadata');
  const message = readMessage(request.required('message', request.child('message', messageFields)));
  const configuration = request.child('configuration', configurationFields);
  configuration?.strings('acceptedOutputModes');
  const push = configuration?.child('taskPushNotificationConfig', configFields);
  return {
    message,
    historyLength: configuration && readHistoryLength(configuration),
    returnImmediately: configuration?.boolean('returnImmediately') ?? false,
    push: push && readConfig(push),
  };
}

export function readHistoryLength(fields: Fields): number | undefined {
  const length = fields.integer('historyLength');
  if (length !== undefined && length < 0) {
    throw fields.error('value', 'historyLength', 'must be non-negative');
  }
  return length;
}

/** How a version reads a message that was written as protobuf's JSON. */
export function messageReader(
  body: 'parts' | 'content',
  partFields: readonly string[],
  readPart: (fields: Fields) => Part,
): (fields: Fields) => Message {
  return fields => {
    const messageId = fields.string('messageId');
    const role = fields.required('role', fields.string('role'));
    if (role !== 'ROLE_USER' && role !== 'ROLE_AGENT') {
      throw fields.error('type', 'role', `invalid enum value ${role}`);
    }
    const parts = fields.list(body) ?? [];
    if (parts.length === 0) throw fields.error('value', body, 'must contain at least one part');
    return {
      kind: 'message',
      messageId: fields.required('messageId', messageId),
      role: role === 'ROLE_USER' ? 'user' : 'agent',
      parts: parts.map((part, index) => readPart(fields.nested(part, partFields, body, String(index)))),
      ...optional('contextId', fields.string('contextId') || undefined),
      ...optional('taskId', fields.string('taskId') || undefined),
      ...optional('metadata', fields.record('metadata')),
      ...optional('extensions', fields.strings('extensions')),
      ...optional('referenceTaskIds', fields.strings('referenceTaskIds')),
    };
  };
}

function readPart(fields: Fields): Part {
  const contents = ['text', 'raw', 'url'].filter(name => fields.has(name));
  if (contents.length + Number(fields.owns('data')) !== 1) {
    throw new FieldError('type', fields.path, 'a part has exactly one of text, raw, url and data');
  }
  const metadata = optional('metadata', fields.record('metadata'));
  const named = {
    ...optional('mediaType', fields.string('mediaType') || undefined),
    ...optional('filename', fields.string('filename') || undefined),
  };
  const text = fields.string('text');
  if (text !== undefined) return { kind: 'text', text, ...metadata };
  const raw = fields.string('raw');
  if (raw !== undefined) return { kind: 'file', raw, ...named, ...metadata };
  const url = fields.string('url');
  if (url !== undefined) return { kind: 'file', url, ...named, ...metadata };
  return { kind: 'data', data: fields.value('data') ?? null, ...metadata };
}
