import type { Message } from '../../model/message.js';
import type { Part } from '../../model/part.js';
import { RpcFault } from '../fault.js';
import { isJson, type Json, optional } from '../fields.js';

export interface PraisonSend {
  message: Message;
  returnImmediately: boolean;
}

/** Reads what it knows, and drops the rest without a word: unknown fields, bytes, nested files, `taskId`. */
export function readSend(params: Json, newMessageId: () => string): PraisonSend {
  const { message, configuration } = params;
  if (!isJson(message)) throw invalid('message is required');
  const { role, messageId, contextId, metadata } = message;
  if (role !== 'user' && role !== 'agent') {
    throw invalid(
      `1 validation error for Message\nrole\n  Input should be 'user' or 'agent' ` +
        `[type=enum, input_value='${role}', input_type=str]\n` +
        '    For further information visit https://errors.pydantic.dev/2.13/v/enum',
    );
  }
  const parts = (Array.isArray(message.parts) ? message.parts : []).flatMap(readPart);
  if (parts.length === 0) throw invalid('Message must contain at least one part');
  const settings = isJson(configuration) ? configuration : {};
  return {
    message: {
      kind: 'message',
      messageId: typeof messageId === 'string' ? messageId : newMessageId(),
      role,
      parts,
      ...optional('contextId', stringOf(contextId)),
      ...optional('metadata', isJson(metadata) ? metadata : undefined),
    },
    returnImmediately: settings.returnImmediately === true || settings.return_immediately === true,
  };
}

function readPart(part: unknown): Part[] {
  if (!isJson(part)) return [];
  if (typeof part.text === 'string') return [{ kind: 'text', text: part.text }];
  if (isJson(part.data)) return [{ kind: 'data', data: part.data }];
  const url = stringOf(part.url) ?? stringOf(part.fileWithUri);
  if (url === undefined) return [];
  const mediaType = optional('mediaType', stringOf(part.mediaType));
  return [{ kind: 'file', url, ...mediaType, ...optional('filename', stringOf(part.name)) }];
}

function stringOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function invalid(problem: string): RpcFault {
  return new RpcFault(-32602, `Invalid params: ${problem}`);
}
