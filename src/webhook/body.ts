import type { Bytes } from './bytes.js';
import { isDeeper } from './json.js';
import { Refusal } from './refusal.js';

const utf8 = new TextDecoder('utf-8', { fatal: true });
const isJson = /^application\/(json|[\w.-]+\+json)\s*(;|$)/i;
const isOtherCharset = /;\s*charset\s*=\s*(?!\s*"?utf-?8\b)/i;

/** How reading is ended from outside. */
export interface Stop {
  isOver: boolean;
  /** Whether it is being read. */
  isReading?: boolean;
  /** Called when it is over. */
  leave?: () => void;
}

/**
 * Reads a request's body, but never more than the limit.
 *
 * @param limit bytes
 * @throws {Refusal} 415, 413; 400 where the connection breaks off
 */
export async function readBytes(request: Request, limit: number, stop: Stop): Promise<Bytes> {
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
  if (body) return readStream(body, limit, stop);
  // Some browsers do not show a request's stream.
  const bytes = new Uint8Array(await request.arrayBuffer());
  if (bytes.length > limit) throw tooLarge(limit);
  return bytes;
}

async function readStream(body: ReadableStream<Uint8Array>, limit: number, stop: Stop): Promise<Bytes> {
  const reader = body.getReader();
  // Not awaited: a sender that still sends must not hold the answer.
  const leave = () => void reader.cancel().catch(() => {});
  stop.leave = leave;
  stop.isReading = true;
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      // What was ended from here looks complete, and is not.
      if (stop.isOver) break;
      if (done) return joined(chunks, size);
      size += value.byteLength;
      if (size > limit) break;
      chunks.push(value);
    }
  } catch {
    throw new Refusal(400, 'The body broke off.');
  } finally {
    stop.isReading = false;
  }
  leave();
  throw stop.isOver ? new Refusal(408, 'The body was too slow.') : tooLarge(limit);
}

function tooLarge(limit: number): Refusal {
  return new Refusal(413, `The body is larger than ${limit} bytes.`);
}

function joined(chunks: readonly Uint8Array[], size: number): Bytes {
  const [first] = chunks;
  if (first?.byteLength === size) return first as Bytes;
  const all = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    all.set(chunk, at);
    at += chunk.byteLength;
  }
  return all;
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
