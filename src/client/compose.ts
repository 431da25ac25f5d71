import { compact } from '../dialects/compact.js';
import { text } from '../dialects/read.js';
import { toBase64 } from '../model/base64.js';
import { isBytes } from '../model/bytes.js';
import { randomId } from '../model/id.js';
import { type FullMessageInput, type Message, type MessageInput, toFullMessage } from '../model/message.js';
import type { Part, PartInput } from '../model/part.js';

/** What the options of a send add to the message itself. */
export type MessageDefaults = Omit<FullMessageInput, 'parts' | 'metadata'>;

/**
 * Makes the message to send from any way to write one.
 *
 * @throws TypeError (rejects) that names the part which cannot be right
 */
export async function composeMessage(input: MessageInput, defaults: MessageDefaults): Promise<Message> {
  const given = toFullMessage(input);
  if (!Array.isArray(given?.parts) || given.parts.length === 0) {
    throw new TypeError('A message needs at least one part.');
  }
  const parts = await Promise.all(given.parts.map(toPart));
  const {
    messageId = randomId(),
    contextId,
    taskId,
    referenceTaskIds,
    extensions,
  } = { ...defaults, ...compact(given) };
  const { metadata } = given;
  return compact({
    kind: 'message',
    role: 'user',
    messageId,
    parts,
    // Many an application has null where it has nothing.
    contextId: contextId ?? undefined,
    taskId: taskId ?? undefined,
    referenceTaskIds,
    metadata,
    extensions,
  });
}

/** Every way to write a part, at once. */
interface LoosePart {
  text?: unknown;
  data?: unknown;
  url?: unknown;
  raw?: unknown;
  file?: unknown;
  mediaType?: string;
  filename?: string;
  metadata?: Record<string, unknown>;
}

async function toPart(input: PartInput, index: number): Promise<Part> {
  if (typeof input === 'string') return { kind: 'text', text: input };
  const { text: said, data, url, raw, file, metadata, ...about }: LoosePart = input ?? {};
  if (typeof said === 'string') return compact({ kind: 'text', text: said, metadata });
  if (data !== undefined) return compact({ kind: 'data', data, metadata });
  // A File knows its name, a Blob at most its type.
  const given = file as (Partial<File> & Blob) | undefined;
  const blob = typeof given?.arrayBuffer === 'function' ? given : undefined;
  const { mediaType = text(blob?.type), filename = text(blob?.name) } = about;
  if (typeof url === 'string') return compact({ kind: 'file', url, mediaType, filename, metadata });
  const bytes = blob ? new Uint8Array(await blob.arrayBuffer()) : file;
  const content = isBytes(bytes) ? toBase64(bytes) : raw;
  if (typeof content === 'string')
    return compact({ kind: 'file', raw: content, mediaType, filename, metadata });
  throw new TypeError(
    `Part ${index} is none: give a string, { text }, { data }, { url }, { raw } or { file }.`,
  );
}
