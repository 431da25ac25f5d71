import { ResponseFormatError, ResponseLimitError } from '../errors/wire.js';

/**
 * Parses JSON that somebody else wrote: bounded in depth, because code that walks the value afterwards is recursive.
 *
 * @param where for the message, e.g. `GetTask at https://agent.example/`
 * @throws {ResponseFormatError} for what is not JSON
 * @throws {ResponseLimitError} for what is nested too deep
 */
export function parseJson(text: string, depth: number, where: string): unknown {
  // What opens must close.
  if (text.length > 2 * depth && opens(text, '{') + opens(text, '[') > depth && isDeeper(text, depth)) {
    throw new ResponseLimitError(
      `The answer to ${where} is nested deeper than ${depth} levels`,
      'limits.depth',
    );
  }
  try {
    return JSON.parse(text);
  } catch {
    const looks = /^\s*</.test(text) ? 'HTML' : text.trim() ? 'cut off or garbled' : 'empty';
    throw new ResponseFormatError(`The answer to ${where} is not JSON but ${looks}. Is the url right?`);
  }
}

/** How often a character occurs: an upper bound for how deep it can nest, and much faster to find. */
function opens(text: string, bracket: string): number {
  let count = 0;
  for (let at = text.indexOf(bracket); at !== -1; at = text.indexOf(bracket, at + 1)) count += 1;
  return count;
}

/** Whether brackets nest deeper than that, outside strings. */
function isDeeper(text: string, limit: number): boolean {
  let depth = 0;
  for (let at = 0; at < text.length && depth <= limit; at += 1) {
    const character = text[at];
    if (character === '"') at = endOfString(text, at);
    else if (character === '{' || character === '[') depth += 1;
    else if (character === '}' || character === ']') depth -= 1;
  }
  return depth > limit;
}

/** Where the string that begins there has its other quote: the next one behind an even number of backslashes. */
function endOfString(text: string, begin: number): number {
  for (let at = text.indexOf('"', begin + 1); at !== -1; at = text.indexOf('"', at + 1)) {
    let first = at;
    while (text[first - 1] === '\\') first -= 1;
    if ((at - first) % 2 === 0) return at;
  }
  return text.length;
}
