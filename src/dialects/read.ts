import { ResponseFormatError } from '../errors/wire.js';

/**
 * Building blocks of the lenient decoder: what is essential must be right, what is not is left out if it is wrong.
 * Written by hand, because this is what every answer and event passes through: see docs/decisions.
 */

/**
 * Reads one member of an answer.
 *
 * @param at the path of what holds it, and `key` its place there: told by the error if it cannot be read
 * @throws {ResponseFormatError}
 */
export type Reader<Value> = (value: unknown, at: string, key: string | number) => Value;

/** How to read each member of an object: one that may be absent may be read as undefined. */
type Shape<Model> = {
  [Key in keyof Model]-?: Reader<object extends Pick<Model, Key> ? Model[Key] | undefined : Model[Key]>;
};

/** An object with these members, whatever else it has; those that are undefined are left out. */
export function members<Model extends object>(shape: Shape<Model>): Reader<Model> {
  const readers = Object.entries<Reader<unknown>>(shape);
  return (value, at, key) => {
    const wire = objectAt(value, at, key);
    const path = pathOf(at, key);
    const model: Record<string, unknown> = {};
    for (const [name, read] of readers) {
      const member = read(wire[name], path, name);
      if (member !== undefined) model[name] = member;
    }
    return model as Model;
  };
}

/** A list; none at all is an empty one, something else is an error. */
export function listOf<Item>(read: Reader<Item>): Reader<Item[]> {
  return (value, at, key) => {
    if (value === undefined || value === null) return [];
    if (!Array.isArray(value)) throw wrongAt(at, key);
    const path = pathOf(at, key);
    return value.map((item, index) => read(item, path, index));
  };
}

/** A member that can be read, or nothing. */
export function lenient<Value>(read: Reader<Value>): Reader<Value | undefined> {
  return (value, at, key) => {
    if (value === undefined) return undefined;
    try {
      return read(value, at, key);
    } catch {
      return undefined;
    }
  };
}

/** An object, with members in snake_case, as some servers print them, under their camelCase names. */
export function objectAt(value: unknown, at: string, key: string | number): Record<string, unknown> {
  if (!isObject(value)) throw wrongAt(at, key);
  for (const name in value) if (name.includes('_')) return camelKeys(value);
  return value;
}

function camelKeys(value: Record<string, unknown>): Record<string, unknown> {
  const renamed = Object.entries(value).map(([key, member]) => [
    key.replace(/\B_([a-z])/g, (_, letter) => letter.toUpperCase()),
    member,
  ]);
  // What has the right name already stays.
  return { ...Object.fromEntries(renamed), ...value };
}

/** A string with something in it, or nothing. */
export function text(value: unknown): string | undefined {
  return typeof value === 'string' && value ? value : undefined;
}

/** Strings, or nothing if there are none. */
export function texts(value: unknown): string[] | undefined {
  const found = Array.isArray(value) ? value.filter(each => typeof each === 'string') : [];
  return found.length > 0 ? found : undefined;
}

/** A number, or nothing. */
export function count(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined;
}

/** Yes, no, or nothing. */
export function flag(value: unknown): boolean | undefined {
  return typeof value === 'boolean' ? value : undefined;
}

/** A plain object, or nothing. */
export function record(value: unknown): Record<string, unknown> | undefined {
  return isObject(value) ? value : undefined;
}

/** An identifier, or an empty one. Some servers print numeric ones as numbers. */
export function identifier(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

function pathOf(at: string, key: string | number): string {
  return at ? `${at}.${key}` : String(key);
}

export function wrongAt(at: string, key: string | number): ResponseFormatError {
  const path = pathOf(at, key);
  return new ResponseFormatError(
    `The agent's answer is not what A2A says: ${path} is missing or wrong.`,
    path,
  );
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
