import type { Writer } from './writers/writer.js';

/** The JSON of a request, or the dialect's refusal. */
export function parseBody(text: string, writer: Writer): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw writer.refuse.badJson(text);
  }
}
