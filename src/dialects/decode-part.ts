import * as z from 'zod/mini';
import type { Part } from '../model/part.js';
import { compact } from './compact.js';
import { lenient, members, optionalObject, optionalText } from './read.js';

/** Every dialect's names for the same four things. */
const file = members({
  raw: optionalText,
  bytes: optionalText,
  fileWithBytes: optionalText,
  url: optionalText,
  uri: optionalText,
  fileWithUri: optionalText,
  mediaType: optionalText,
  mimeType: optionalText,
  filename: optionalText,
  name: optionalText,
});

const wirePart = z.looseObject({
  text: lenient(z.string()),
  file: lenient(file),
  metadata: optionalObject,
});

/** A part in any dialect's shape. One of a kind nobody knows is kept as data rather than lost. */
export const part = z.pipe(
  wirePart,
  z.transform((wire): Part => {
    const { text, metadata } = wire;
    if (text !== undefined) return compact({ kind: 'text', text, metadata });
    if ('data' in wire) return compact({ kind: 'data', data: wire['data'] ?? null, metadata });
    const found = { ...z.parse(file, wire), ...wire.file };
    const about = compact({
      mediaType: found.mediaType ?? found.mimeType,
      filename: found.filename ?? found.name,
      metadata,
    });
    const raw = found.raw ?? found.bytes ?? found.fileWithBytes;
    const url = found.url ?? found.uri ?? found.fileWithUri;
    if (raw === undefined && url !== undefined) return { kind: 'file', url, ...about };
    // Protobuf's JSON leaves out what is empty: an empty file, and an empty text.
    if (raw !== undefined || wire.file || about.mediaType) return { kind: 'file', raw: raw ?? '', ...about };
    const { kind, metadata: _, ...rest } = wire;
    return compact(
      Object.keys(rest).length > 0
        ? { kind: 'data', data: rest, metadata }
        : { kind: 'text', text: '', metadata },
    );
  }),
);
