import { ResponseFormatError, ResponseLimitError } from '../errors/wire.js';

/**
 * Parses JSON that somebody else wrote: bounded in depth, because code that walks the value afterwards is recursive.
 *
 * @param where for the message, e.g. `the answer to GetTask at https://agent.example/`
 * @throws {ResponseFormatError} for what is not JSON
 * @throws {ResponseLimitError} for what is nested too deep
 */
export function parseJson(text: string, depth: number, where: string): unknown {
  if (text.length > depth && depthOf(text, depth) > depth) {
    throw new ResponseLimitError(
      `${capital(where)} is nested deeper than ${depth} levels. Set "limits.depth" higher if that is expected.`,
      'limits.depth',
    );
  }
  try {
    return JSON.parse(text);
  } catch {
    const looks = /^\s*</.test(text) ? 'HTML or XML' : text.trim() === '' ? 'empty' : 'cut off or garbled';
    throw new ResponseFormatError(
      `${capital(where)} is not JSON: it is ${looks}. Is the url an A2A endpoint, and not a proxy's or a page's?`,
    );
  }
}

/** How deep brackets nest, outside strings; stops counting beyond `enough`. */
function depthOf(text: string, enough: number): number {
  let depth = 0;
  let deepest = 0;
  for (let at = 0; at < text.length && deepest <= enough; at += 1) {
    const character = text.charCodeAt(at);
    if (character === 0x22) {
      at = endOfString(text, at);
    } else if (character === 0x7b || character === 0x5b) {
      depth += 1;
      if (depth > deepest) deepest = depth;
    } else if (character === 0x7d || character === 0x5d) {
      depth -= 1;
    }
  }
  return deepest;
}

function endOfString(text: string, start: number): number {
  let end = text.indexOf('"', start + 1);
  while (end !== -1 && isEscaped(text, end)) end = text.indexOf('"', end + 1);
  return end === -1 ? text.length : end;
}

function isEscaped(text: string, at: number): boolean {
  let slashes = 0;
  while (text.charCodeAt(at - 1 - slashes) === 0x5c) slashes += 1;
  return slashes % 2 === 1;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
