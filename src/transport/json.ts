import { ResponseFormatError, ResponseLimitError } from '../errors/wire.js';

/**
 * Parses JSON that somebody else wrote: bounded in depth, because code that walks the value afterwards is recursive.
 *
 * @param where for the message, e.g. `GetTask at https://agent.example/`
 * @throws {ResponseFormatError} for what is not JSON
 * @throws {ResponseLimitError} for what is nested too deep
 */
export function parseJson(text: string, depth: number, where: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    const looks = /^\s*</.test(text) ? 'HTML' : text.trim() ? 'cut off or garbled' : 'empty';
    throw new ResponseFormatError(
      `The answer to ${where} is not JSON but ${looks}. Is the url an A2A endpoint?`,
    );
  }
  // What opens must close; and how often is an upper bound for how deep, and much faster to find.
  const mayBeDeeper = text.length > 2 * depth && text.split(/[[{]/, depth + 2).length > depth + 1;
  if (mayBeDeeper && isDeeper(value, depth)) {
    throw new ResponseLimitError(
      `The answer to ${where} is nested deeper than ${depth} levels`,
      'limits.depth',
    );
  }
  return value;
}

function isDeeper(value: unknown, depth: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return depth < 1 || Object.values(value).some(each => isDeeper(each, depth - 1));
}
