import type { Bytes } from './bytes.js';
import { isDeeper } from './json.js';
import { Refusal } from './refusal.js';

const utf8 = new TextDecoder('utf-8', { fatal: true });
const isJson = /^application\/(json|[\w.-]+\+json)\s*(;|$)/i;
const isOtherCharset = /;\s*charset\s*=\s*(?!\s*"?utf-?8\b)/i;

export interface Reading {
  /** Whether a body is being read. */
  isReading?: boolean;
}

/**
 * Reads a request's body, but never more than the limit.
 *
 * @param limit bytes
 * @param signal ends it
 * @throws {Refusal} 415, 413; 400 where the connection breaks off
 */
export async function readBytes(
  request: Request,
  limit: number,
  reading: Reading,
  signal: AbortSignal,
): Promise<Bytes> {
  const { headers, body } = request;
  const type = headers.get('content-type');
  // Some senders leave it out.
  if (type && (!isJson.test(type) || isOtherCharset.test(type))) {
    throw new Refusal(415, 'The type is not JSON.');
  }
  const encoding = headers.get('content-encoding');
  if (encoding && encoding.trim().toLowerCase() !== 'identity') {
    throw new Refusal(415, 'The body is compressed.');
  }
  if (Number(headers.get('content-length')) > limit) throw tooLarge(limit);
  // Another reader's, which is an error of the application, or no body at all.
  if (request.bodyUsed) throw new Refusal(500, 'The body was read before.');
  if (body) return readStream(body, limit, reading, signal);
  // Some browsers do not show a request's stream.
  const bytes = new Uint8Array(await request.arrayBuffer());
  if (bytes.length > limit) throw tooLarge(limit);
  return bytes;
}

async function readStream(
  body: ReadableStream<Uint8Array>,
  limit: number,
  reading: Reading,
  signal: AbortSignal,
): Promise<Bytes> {
  const reader = body.getReader();
  // Not awaited: a sender that still sends must not hold the answer.
  const leave = () => void reader.cancel().catch(() => {});
  signal.addEventListener('abort', leave);
  reading.isReading = true;
  // One that grows: pieces of a byte each would take hundreds of times what is in them.
  let bytes = new Uint8Array(0);
  let size = 0;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      // What was ended from here looks complete, and is not.
      if (signal.aborted) break;
      if (done) return bytes.slice(0, size);
      const start = size;
      size += value.length;
      if (size > limit) break;
      if (size > bytes.length) {
        const larger = new Uint8Array(Math.min(2 * size, limit));
        larger.set(bytes);
        bytes = larger;
      }
      bytes.set(value, start);
    }
  } catch {
    throw new Refusal(400, 'The body broke off.');
  } finally {
    reading.isReading = false;
  }
  leave();
  // Where it was too slow, that was the answer.
  throw tooLarge(limit);
}

function tooLarge(limit: number): Refusal {
  return new Refusal(413, `The body is larger than ${limit} bytes.`);
}

/** @throws {Refusal} 400 for what is not an object in JSON, or nested deeper */
export function parseBody(bytes: Bytes, depth: number): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(utf8.decode(bytes));
  } catch {
    throw new Refusal(400, bytes.length > 0 ? 'The body is not JSON in UTF-8.' : 'The body is empty.');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new Refusal(400, 'The body is not an object.');
  }
  if (isDeeper(value, depth)) throw new Refusal(400, `The body is nested deeper than ${depth} levels.`);
  return value as Record<string, unknown>;
}
