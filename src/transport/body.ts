import { ResponseLimitError } from '../errors/wire.js';

const utf8 = new TextDecoder();

/**
 * Reads a body as text, but never more than the limit: a declared length is believed if it is too large, and counted
 * after all if it is not.
 *
 * @param limit bytes, after decompression
 * @param what for the message, e.g. `GetTask at https://agent.example/`
 * @throws {ResponseLimitError}
 */
export async function readBody(response: Response, limit: number, what: string): Promise<string> {
  const { body, headers } = response;
  if (!body) return '';
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  let size = Number(headers.get('content-length'));
  const reader = body.getReader();
  if (!(size > limit)) {
    for (size = 0; size <= limit; ) {
      const { done, value } = await reader.read();
      if (done) return chunks.length > 1 ? new Blob(chunks).text() : utf8.decode(chunks[0]);
      size += value.byteLength;
      chunks.push(value);
    }
  }
  // Not awaited: a server that still sends must not hold the caller.
  reader.cancel().catch(() => {});
  throw new ResponseLimitError(`The answer to ${what} is larger than ${limit} bytes`, 'limits.responseBytes');
}
