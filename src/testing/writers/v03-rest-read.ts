import type { Message } from '../../model/message.js';
import type { Part } from '../../model/part.js';
import { FieldError, type Fields, optional } from '../fields.js';
import { messageReader } from './v1-read.js';
import { readFile, sendReader } from './v03-read.js';

const readParts = messageReader('content', ['text', 'file', 'data', 'metadata'], readPart);

/** Reads a SendMessageRequest, which has no `referenceTaskIds` yet. */
export function restSendReader(
  readMessage: (fields: Fields) => Message = readParts,
  { blocksUnasked }: { blocksUnasked: boolean } = { blocksUnasked: false },
): ReturnType<typeof sendReader> {
  return sendReader({
    messageFields: ['messageId', 'contextId', 'taskId', 'role', 'content', 'metadata', 'extensions'],
    readMessage,
    pushConfig: 'pushNotification',
    blocksUnasked,
  });
}

/** As the Python server, to which there is always metadata. Waits for the end only if it is told to. */
export const readSend = restSendReader(fields => ({
  ...readParts(fields),
  metadata: fields.record('metadata') ?? {},
}));

function readPart(fields: Fields): Part {
  if (['text', 'file', 'data'].filter(name => fields.has(name)).length !== 1) {
    throw new FieldError('type', fields.path, 'a part has exactly one of text, file and data');
  }
  const metadata = optional('metadata', fields.record('metadata'));
  const text = fields.string('text');
  if (text !== undefined) return { kind: 'text', text, ...metadata };
  const wrapped = fields.child('data', ['data']);
  if (wrapped) return { kind: 'data', data: wrapped.required('data', wrapped.record('data')), ...metadata };
  return { ...readFile(fields, 'fileWithBytes', 'fileWithUri'), ...metadata };
}
