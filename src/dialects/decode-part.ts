import * as z from 'zod/mini';
import type { Part } from '../model/part.js';
import { compact } from './compact.js';
import { camelKeys, isObject } from './read.js';

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

/**
 * A part in any dialect's shape. One of a kind nobody knows is kept as data rather than lost. Read by hand: there are
 * many parts, of a dozen members each, and a schema for those would take most of the decoder's time.
 */
export const part = z.transform((value, context): Part => {
  if (!isObject(value)) {
    context.issues.push({ code: 'invalid_type', expected: 'object', input: value });
    return z.NEVER;
  }
  const { kind, text, metadata: about, ...rest } = camelKeys(value);
  const metadata = isObject(about) ? about : undefined;
  if (typeof text === 'string') return metadata ? { kind: 'text', text, metadata } : { kind: 'text', text };
  if ('data' in rest) return compact({ kind: 'data', data: rest['data'] ?? null, metadata });
  const file = isObject(rest['file']) ? camelKeys(rest['file']) : undefined;
  const holders = [rest, file ?? {}];
  const raw = pick(holders, 'raw', 'bytes', 'fileWithBytes');
  const url = pick(holders, 'url', 'uri', 'fileWithUri');
  const mediaType = pick(holders, 'mediaType', 'mimeType');
  const filename = pick(holders, 'filename', 'name');
  if (!raw && url) return compact({ kind: 'file', url, mediaType, filename, metadata });
  // Protobuf's JSON leaves out what is empty: an empty file, and an empty text.
  if (raw || file || mediaType)
    return compact({ kind: 'file', raw: raw ?? '', mediaType, filename, metadata });
  if (Object.keys(rest).length > 0) return compact({ kind: 'data', data: rest, metadata });
  return compact({ kind: 'text', text: '', metadata });
});
