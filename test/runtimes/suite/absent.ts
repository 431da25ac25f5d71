// What stands for Node's own modules in a page and a worker. A test that needs more fails, and has to be excepted by
// name: see exceptions.ts.

function absent(what: string): never {
  throw new Error(`${what} is not in this runtime`);
}

export const createServer = (): never => absent('node:http');

/** Everything there is to see of a value, as `inspect` of node:util with `showHidden` and `getters`. */
export function inspect(value: unknown, { depth = 10 }: { depth?: number } = {}): string {
  if (typeof value !== 'object' || value === null || depth < 0) return String(value);
  const members = Reflect.ownKeys(value).map(key => {
    const member = Reflect.get(value, key);
    return member === value ? '' : `${String(key)}: ${inspect(member, { depth: depth - 1 })}`;
  });
  const items = Symbol.iterator in value ? [...(value as Iterable<unknown>)].map(item => inspect(item)) : [];
  return `{ ${[...members, ...items].join(', ')} }`;
}
