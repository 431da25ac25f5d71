import type { Writer } from './writers/writer.js';

/** How deep a request may be nested: what is much deeper can neither be copied nor written again. */
const deepest = 500;

/** The JSON of a request, or the dialect's refusal. */
export function parseBody(text: string, writer: Writer): unknown {
  const body = parse(text);
  if (body === undefined || isDeeper(body, deepest)) throw writer.refuse.badJson(text);
  return body;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Level by level: a function that calls itself would fail on what it looks for. */
function isDeeper(value: unknown, depth: number): boolean {
  let level = [value];
  for (let left = depth; level.length > 0; left--) {
    if (left < 0) return true;
    level = level.flatMap(item => (typeof item === 'object' && item !== null ? Object.values(item) : []));
  }
  return false;
}
