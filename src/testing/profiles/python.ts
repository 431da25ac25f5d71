import type { Framing } from '../framing.js';
import type { PushOptions } from '../push/options.js';

/** What the servers built with a2a-python have in common on HTTP: they stand on Starlette and sse-starlette. */
export const pythonFraming: Framing = {
  json: 'application/json',
  stream: {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
    'x-accel-buffering': 'no',
  },
  lineEnd: '\r\n',
  keepAlive: {
    every: 15_000,
    // As Python prints a time.
    comment: () => `ping - ${new Date().toISOString().replace('T', ' ').replace('Z', '000+00:00')}`,
  },
};

/** How they send notifications: without the credentials of the configuration, and before they answer. */
export const pythonPush: PushOptions = { authorization: 'never', early: true };

/** How Python's `json` says what is wrong with the beginning of a text; of what follows it knows less than Python. */
export function jsonProblem(text: string): string {
  const start = text.search(/\S|$/);
  const [inObject = ''] = /^\{\s*(?=[^\s"}])/.exec(text.slice(start)) ?? [];
  const at = start + inObject.length;
  const before = text.slice(0, at).split('\n');
  const what = inObject ? 'Expecting property name enclosed in double quotes' : 'Expecting value';
  return `${what}: line ${before.length} column ${(before.at(-1)?.length ?? 0) + 1} (char ${at})`;
}

/** The name of a value's type in Python. */
export function typeName(value: unknown): string {
  if (value === null) return 'NoneType';
  if (Array.isArray(value)) return 'list';
  if (typeof value === 'number') return Number.isInteger(value) ? 'int' : 'float';
  return { string: 'str', boolean: 'bool', object: 'dict' }[typeof value as string] ?? 'object';
}

/** A value as Python's `repr` shows it. */
export function repr(value: unknown): string {
  if (value === null) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (typeof value === 'string') return `'${value.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
  if (Array.isArray(value)) return `[${value.map(repr).join(', ')}]`;
  if (typeof value !== 'object') return String(value);
  return `{${Object.entries(value)
    .map(([name, item]) => `${repr(name)}: ${repr(item)}`)
    .join(', ')}}`;
}
