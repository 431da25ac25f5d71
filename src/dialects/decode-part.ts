import type { Part } from '../model/part.js';
import { compact } from './compact.js';
import { isObject, objectAt, record } from './read.js';

/** The first of these members that is a string with something in it. */
function pick(holders: readonly Record<string, unknown>[], ...names: string[]): string | undefined {
  for (const holder of holders) {
    for (const name of names) {
      const value = holder[name];
      if (typeof value === 'string' && value) return value;
    }
  }
  return undefined;
}

/** A part in any dialect's shape. One of a kind nobody knows is kept as data rather than lost. */
export function part(value: unknown, at: string, key: string | number): Part {
  const wire = objectAt(value, at, key);
  const { text } = wire;
  const metadata = record(wire['metadata']);
  if (typeof text === 'string') return metadata ? { kind: 'text', text, metadata } : { kind: 'text', text };
  const { data } = wire;
  if (data !== undefined && data !== null) return compact({ kind: 'data', data, metadata });
  const file = isObject(wire['file']) ? objectAt(wire['file'], at, key) : undefined;
  const holders = file ? [wire, file] : [wire];
  const raw = pick(holders, 'raw', 'bytes', 'fileWithBytes');
  const url = pick(holders, 'url', 'uri', 'fileWithUri');
  const mediaType = pick(holders, 'mediaType', 'mimeType');
  const filename = pick(holders, 'filename', 'name');
  // Protobuf's JSON leaves out what is empty: an empty file, and an empty text.
  const content = !raw && url ? { url } : (raw || file || mediaType) && { raw: raw ?? '' };
  if (content) return compact({ kind: 'file', ...content, mediaType, filename, metadata });
  // As it came, whatever the spelling of its members.
  const { kind, text: _, metadata: __, ...rest } = value as Record<string, unknown>;
  if (Object.keys(rest).length === 0) return compact({ kind: 'text', text: '', metadata });
  return compact({ kind: 'data', data: 'data' in wire ? null : rest, metadata });
}
