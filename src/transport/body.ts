import { ResponseLimitError } from '../errors/wire.js';

/**
 * Reads a body as text, but never more than the limit: a declared length is believed if it is too large, and counted
 * after all if it is not.
 *
 * @param limit bytes, after decompression
 * @throws {ResponseLimitError}
 */
export async function readBody(response: Response, limit: number, what: string): Promise<string> {
  const { body, headers, type } = response;
  const tooLarge = () =>
    new ResponseLimitError(`The answer to ${what} is larger than ${limit} bytes`, 'limits.responseBytes');
  if (!body) return '';
  const length = Number(headers.get('content-length') ?? Number.NaN);
  if (length > limit) {
    body.cancel().catch(() => {});
    throw tooLarge();
  }
  // The connection's framing keeps to the declared length, so the platform's faster way will do, unless the body may
  // be compressed: a page is not told that of other origins.
  if (length <= limit && type !== 'cors' && !headers.has('content-encoding')) return response.text();
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let size = 0;
  let text = '';
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return text + decoder.decode();
    size += value.byteLength;
    if (size > limit) {
      // Not awaited: a server that still sends must not hold the caller.
      reader.cancel().catch(() => {});
      throw tooLarge();
    }
    text += decoder.decode(value, { stream: true });
  }
}
