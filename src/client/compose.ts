import { compact } from '../dialects/compact.js';
import { toBase64 } from '../model/base64.js';
import { randomId } from '../model/id.js';
import { type Message, type MessageInput, toFullMessage } from '../model/message.js';
import type { Part, PartInput } from '../model/part.js';

/** What the options of a send add to the message itself. */
export interface MessageDefaults {
  messageId?: string | undefined;
  contextId?: string | undefined;
  taskId?: string | undefined;
  referenceTaskIds?: string[] | undefined;
  extensions?: string[] | undefined;
}

/**
 * Makes the message to send from any way to write one.
 *
 * @throws TypeError (rejects) that names the part which cannot be right
 */
export async function composeMessage(input: MessageInput, defaults: MessageDefaults): Promise<Message> {
  const given = toFullMessage(input);
  if (!Array.isArray(given?.parts) || given.parts.length === 0) {
    throw new TypeError(
      'A message needs at least one part: a string, a list of parts, a Blob, or { parts: […] }.',
    );
  }
  const parts = await Promise.all(given.parts.map(toPart));
  return compact({
    kind: 'message',
    role: 'user',
    messageId: given.messageId ?? defaults.messageId ?? randomId(),
    parts,
    contextId: given.contextId ?? defaults.contextId,
    taskId: given.taskId ?? defaults.taskId,
    referenceTaskIds: filled(given.referenceTaskIds ?? defaults.referenceTaskIds),
    metadata: given.metadata,
    extensions: filled(given.extensions ?? defaults.extensions),
  });
}

function filled(list: string[] | undefined): string[] | undefined {
  return list?.length ? list : undefined;
}

async function toPart(input: PartInput, index: number): Promise<Part> {
  if (typeof input === 'string') return { kind: 'text', text: input };
  if (typeof input !== 'object' || input === null) throw notAPart(index);
  const { metadata } = input;
  if ('text' in input && typeof input.text === 'string')
    return compact({ kind: 'text', text: input.text, metadata });
  if ('data' in input) return compact({ kind: 'data', data: input.data ?? null, metadata });
  const { mediaType, filename } = input as { mediaType?: string; filename?: string };
  if ('url' in input && typeof input.url === 'string') {
    return compact({ kind: 'file', url: input.url, mediaType, filename, metadata });
  }
  if ('raw' in input && typeof input.raw === 'string') {
    return compact({ kind: 'file', raw: input.raw, mediaType, filename, metadata });
  }
  if ('file' in input && input.file instanceof Uint8Array) {
    return compact({ kind: 'file', raw: toBase64(input.file), mediaType, filename, metadata });
  }
  if ('file' in input && input.file instanceof Blob) {
    const { file } = input;
    const raw = toBase64(new Uint8Array(await file.arrayBuffer()));
    const name = 'name' in file && typeof file.name === 'string' ? file.name : undefined;
    return compact({
      kind: 'file',
      raw,
      mediaType: mediaType ?? (file.type || undefined),
      filename: filename ?? name,
      metadata,
    });
  }
  throw notAPart(index);
}

function notAPart(index: number): TypeError {
  return new TypeError(
    `Part ${index} of the message is none: give a string, { text }, { data }, { url }, { raw } or { file }.`,
  );
}
