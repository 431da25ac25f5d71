import * as z from 'zod/mini';
import { ResponseFormatError } from '../errors/wire.js';

/**
 * Building blocks of the lenient decoder: what is essential must be right, what is not is left out if it is wrong.
 * All are transforms: zod's own types for the same (`optional`, `catch`, `string`) would cost a page 5 kB.
 */

/** Members in snake_case, as some servers print them, under their camelCase names. */
export function camelKeys<Value>(value: Value): Value {
  if (!isObject(value) || !Object.keys(value).some(key => key.includes('_'))) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [
      key.replace(/\B_([a-z])/g, (_, letter) => letter.toUpperCase()),
      member,
    ]),
  ) as Value;
}

/**
 * An object of these members; others are left out. Whatever holds it (`listOf`, `lenient`, `read`) makes its keys
 * camelCase first: a step of the schema for that would cost more than the rest.
 */
export function members<Shape extends z.core.$ZodLooseShape>(shape: Shape) {
  return z.object(shape);
}

/** A member that fits the schema, or nothing. */
export function lenient<Output>(schema: z.ZodMiniType<Output>) {
  return z.transform(value => z.safeParse(schema, camelKeys(value)).data);
}

/** A list whose items fit the schema, or nothing. */
export function lenientList<Output>(item: z.ZodMiniType<Output>) {
  const list = z.array(item);
  return z.transform(value =>
    Array.isArray(value) ? z.safeParse(list, value.map(camelKeys)).data : undefined,
  );
}

/** A list; none at all is an empty one, something else is an error. */
export function listOf<Item extends z.ZodMiniType>(item: Item) {
  return z.pipe(
    z.transform(value => (Array.isArray(value) ? value.map(camelKeys) : (value ?? []))),
    z.array(item),
  );
}

/** Anything. */
export const anything = z.transform(value => value);

/** A string with something in it, or nothing. */
export const text = z.transform(value => (typeof value === 'string' && value ? value : undefined));

/** Strings, or nothing if there are none. */
export const texts = z.transform(value => {
  const found = Array.isArray(value) ? value.filter(each => typeof each === 'string') : [];
  return found.length > 0 ? found : undefined;
});

/** A number, or nothing. */
export const count = z.transform(value => (typeof value === 'number' ? value : undefined));

/** Yes, no, or nothing. */
export const flag = z.transform(value => (typeof value === 'boolean' ? value : undefined));

/** A plain object, or nothing. */
export const record = z.transform(value => (isObject(value) ? value : undefined));

/** An identifier, or an empty one. Some servers print numeric ones as numbers. */
export const identifier = z.transform(value =>
  typeof value === 'string' || typeof value === 'number' ? String(value) : '',
);

/**
 * Reads a value with a schema.
 *
 * @throws {ResponseFormatError} with the path of what is wrong
 */
export function read<Output>(schema: z.ZodMiniType<Output>, value: unknown, at: string): Output {
  const { success, data, error } = z.safeParse(schema, camelKeys(value));
  if (success) return data;
  const [issue] = error.issues;
  throw wrongAt([at, ...(issue?.path ?? [])].join('.'));
}

export function wrongAt(path: string): ResponseFormatError {
  return new ResponseFormatError(
    `The agent's answer is not what A2A says: ${path} is missing or wrong.`,
    path,
  );
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
