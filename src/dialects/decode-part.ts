import * as z from 'zod/mini';
import type { Part } from '../model/part.js';
import { compact } from './compact.js';
import { lenient, members, optionalObject, optionalText } from './read.js';

const fileMembers = {
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
};

const wirePart = members({
  ...fileMembers,
  text: lenient(z.string()),
  file: lenient(members(fileMembers)),
  metadata: optionalObject,
});

type WirePart = z.infer<typeof wirePart>;

/** A part in any dialect's shape. One of a kind nobody knows is kept as data rather than lost. */
export const part = z.pipe(wirePart, z.transform(toPart));

function toPart(wire: WirePart): Part {
  const { metadata } = wire;
  if (wire.text !== undefined) return compact({ kind: 'text', text: wire.text, metadata });
  if ('data' in wire) return compact({ kind: 'data', data: wire['data'] ?? null, metadata });
  const about = compact({
    mediaType: wire.mediaType ?? wire.mimeType ?? wire.file?.mediaType ?? wire.file?.mimeType,
    filename: wire.filename ?? wire.name ?? wire.file?.filename ?? wire.file?.name,
    metadata,
  });
  for (const holder of [wire, wire.file ?? {}] as Partial<WirePart>[]) {
    const raw = holder.raw ?? holder.bytes ?? holder.fileWithBytes;
    if (raw !== undefined) return { kind: 'file', raw, ...about };
    const url = holder.url ?? holder.uri ?? holder.fileWithUri;
    if (url !== undefined) return { kind: 'file', url, ...about };
  }
  // Protobuf's JSON leaves out what is empty: an empty text, and an empty file.
  if (wire.file || wire['kind'] === 'file' || wire.mediaType) return { kind: 'file', raw: '', ...about };
  const unknown = Object.keys(wire).some(
    key => key !== 'metadata' && key !== 'kind' && wire[key] !== undefined,
  );
  return compact(unknown ? { kind: 'data', data: wire, metadata } : { kind: 'text', text: '', metadata });
}
