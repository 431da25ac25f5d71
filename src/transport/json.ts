import { ResponseFormatError, ResponseLimitError } from '../errors/wire.js';

/**
 * Parses JSON that somebody else wrote: bounded in depth, because code that walks the value afterwards is recursive.
 *
 * @param where for the message, e.g. `GetTask at https://agent.example/`
 * @throws {ResponseFormatError} for what is not JSON
 * @throws {ResponseLimitError} for what is nested too deep
 */
export function parseJson(text: string, depth: number, where: string): unknown {
  // What opens must close; and how often is an upper bound for how deep, and much faster to find.
  const opens = (bracket: string) => text.split(bracket, depth + 2).length - 1;
  if (opens('{') + opens('[') > depth && isDeeper(text, depth)) {
    throw new ResponseLimitError(
      `The answer to ${where} is nested deeper than ${depth} levels`,
      'limits.depth',
    );
  }
  try {
    return JSON.parse(text);
  } catch {
    const looks = /^\s*</.test(text) ? 'HTML' : text.trim() ? 'cut off or garbled' : 'empty';
    throw new ResponseFormatError(
      `The answer to ${where} is not JSON but ${looks}. Is the url an A2A endpoint?`,
    );
  }
}

/** Whether brackets nest deeper than that, outside strings. */
function isDeeper(text: string, limit: number): boolean {
  let depth = 0;
  let isQuoted = false;
  for (let at = 0; at < text.length && depth <= limit; at += 1) {
    const character = text[at];
    if (character === '\\') at += 1;
    else if (character === '"') isQuoted = !isQuoted;
    else if (!isQuoted) {
      if (character === '{' || character === '[') depth += 1;
      else if (character === '}' || character === ']') depth -= 1;
    }
  }
  return depth > limit;
}
