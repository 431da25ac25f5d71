import { ResponseLimitError } from '../errors/wire.js';

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
  const utf8 = new TextDecoder();
  let text = '';
  const declared = Number(headers.get('content-length'));
  const reader = body.getReader();
  for (let size = declared > limit ? declared : 0; size <= limit; ) {
    const { done, value } = await reader.read();
    if (done) return text + utf8.decode();
    size += value.byteLength;
    text += utf8.decode(value, { stream: true });
  }
  // Not awaited: a server that still sends must not hold the caller.
  reader.cancel().catch(() => {});
  throw new ResponseLimitError(`The answer to ${what} is larger than ${limit} bytes`, 'limits.responseBytes');
}
