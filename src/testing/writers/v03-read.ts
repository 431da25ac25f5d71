import type { Message } from '../../model/message.js';
import type { Part } from '../../model/part.js';
import type { PushNotificationConfig } from '../../model/push-notification.js';
import { Fields, type Json, optional } from '../fields.js';
import { configFields, readConfig } from './v03-push.js';

export interface V03Send {
  message: Message;
  historyLength: number | undefined;
  blocking: boolean;
  push: PushNotificationConfig | undefined;
}

/** Where the bindings differ in what is sent. */
export interface SendShape {
  messageFields: readonly string[];
  readMessage(fields: Fields): Message;
  /** The name of the push configuration. */
  pushConfig: string;
  /** Whether a send waits for the end where it does not say. */
  blocksUnasked: boolean;
}

export function sendReader({
  messageFields,
  readMessage,
  pushConfig,
  blocksUnasked,
}: SendShape): (params: Json, strict: boolean) => V03Send {
  return (params, strict) => {
    const request = new Fields(params, ['message', 'configuration', 'metadata'], strict);
    request.record('metadata');
    const message = readMessage(request.required('message', request.child('message', messageFields)));
    const configurationFields = ['acceptedOutputModes', 'blocking', 'historyLength', pushConfig];
    const configuration = request.child('configuration', configurationFields);
    configuration?.strings('acceptedOutputModes');
    const push = configuration?.child(pushConfig, configFields);
    return {
      message,
      historyLength: configuration?.integer('historyLength'),
      blocking: configuration?.boolean('blocking') ?? blocksUnasked,
      push: push && readConfig(push),
    };
  };
}

/** Reads MessageSendParams; `kind` is required, as the JavaScript and Go servers want it. */
export const readSend = sendReader({
  messageFields: [
    'kind',
    'messageId',
    'role',
    'parts',
    'contextId',
    'taskId',
    'referenceTaskIds',
    'metadata',
    'extensions',
  ],
  readMessage,
  pushConfig: 'pushNotificationConfig',
  blocksUnasked: true,
});

function readMessage(fields: Fields): Message {
  readKind(fields, ['message']);
  const role = fields.required('role', fields.string('role'));
  if (role !== 'user' && role !== 'agent') {
    throw fields.error('value', 'role', "Input should be 'agent' or 'user'");
  }
  const parts = fields.required('parts', fields.list('parts'));
  if (parts.length === 0) throw fields.error('value', 'parts', 'A message has at least one part');
  return {
    kind: 'message',
    messageId: fields.required('messageId', fields.string('messageId')),
    role,
    parts: parts.map((part, index) => readPart(part, fields, index)),
    ...optional('contextId', fields.string('contextId')),
    ...optional('taskId', fields.string('taskId')),
    ...optional('metadata', fields.record('metadata')),
    ...optional('extensions', fields.strings('extensions')),
    ...optional('referenceTaskIds', fields.strings('referenceTaskIds')),
  };
}

function readPart(value: unknown, message: Fields, index: number): Part {
  const fields = message.nested(value, ['kind', 'text', 'data', 'file', 'metadata'], 'parts', String(index));
  const kind = readKind(fields, ['text', 'data', 'file']);
  // Each kind has fields of its own.
  const own = message.nested(value, ['kind', kind, 'metadata'], 'parts', String(index));
  const metadata = optional('metadata', own.record('metadata'));
  if (kind === 'text') {
    const text = own.string('text');
    if (text === undefined) throw own.error('missing', 'text', 'Field required');
    return { kind, text, ...metadata };
  }
  if (kind === 'data') return { kind, data: own.required('data', own.record('data')), ...metadata };
  return { ...readFile(own, 'bytes', 'uri'), ...metadata };
}

/** Reads the field `file`, whose content is in either of the two fields named. */
export function readFile(part: Fields, bytes: string, uri: string): Part {
  const file = part.required('file', part.child('file', [bytes, uri, 'mimeType', 'name']));
  const named = {
    ...optional('mediaType', file.string('mimeType')),
    ...optional('filename', file.string('name')),
  };
  const raw = file.string(bytes);
  const url = file.string(uri);
  if (raw !== undefined && url === undefined) return { kind: 'file', raw, ...named };
  if (url !== undefined && raw === undefined) return { kind: 'file', url, ...named };
  throw part.error('value', 'file', `A file has either ${bytes} or ${uri}`);
}

function readKind(fields: Fields, kinds: readonly string[]): string {
  const kind = fields.required('kind', fields.string('kind'));
  if (!kinds.includes(kind)) throw fields.error('value', 'kind', `Input should be ${kinds.join(' or ')}`);
  return kind;
}
