import * as z from 'zod/mini';
import type { Part } from '../model/part.js';
import { compact } from './compact.js';
import { anyText, anything, isObject, lenient, members, record, text } from './read.js';

/** Every dialect's names for the same four things. */
const fileMembers = {
  raw: text,
  bytes: text,
  fileWithBytes: text,
  url: text,
  uri: text,
  fileWithUri: text,
  mediaType: text,
  mimeType: text,
  filename: text,
  name: text,
};

const wirePart = z.pipe(
  z.transform(value => (isObject(value) ? { ...value, wire: value } : value)),
  members({
    ...fileMembers,
    text: anyText,
    file: lenient(members(fileMembers)),
    metadata: record,
    wire: anything,
  }),
);

/** A part in any dialect's shape. One of a kind nobody knows is kept as data rather than lost. */
export const part = z.pipe(
  wirePart,
  z.transform(({ text, file, metadata, wire, ...flat }): Part => {
    if (text !== undefined) return compact({ kind: 'text', text, metadata });
    const { kind, metadata: _, ...rest } = wire as Record<string, unknown>;
    if ('data' in rest) return compact({ kind: 'data', data: rest['data'] ?? null, metadata });
    const found = { ...flat, ...(file && compact(file)) };
    const mediaType = found.mediaType ?? found.mimeType;
    const about = { mediaType, filename: found.filename ?? found.name, metadata };
    const raw = found.raw ?? found.bytes ?? found.fileWithBytes;
    const url = found.url ?? found.uri ?? found.fileWithUri;
    if (raw === undefined && url !== undefined) return compact({ kind: 'file', url, ...about });
    // Protobuf's JSON leaves out what is empty: an empty file, and an empty text.
    if (raw !== undefined || file || mediaType) return compact({ kind: 'file', raw: raw ?? '', ...about });
    if (Object.keys(rest).length > 0) return compact({ kind: 'data', data: rest, metadata });
    return compact({ kind: 'text', text: '', metadata });
  }),
);
