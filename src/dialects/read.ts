import * as z from 'zod/mini';
import { ResponseFormatError } from '../errors/wire.js';

/** Building blocks of the lenient decoder: what is essential must be right, what is not is left out if it is wrong. */

/** Members in snake_case, as some servers print them, under their camelCase names. */
const camelKeys = z.transform((value: unknown): unknown => {
  if (!isObject(value) || !Object.keys(value).some(key => key.includes('_'))) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [
      key.replace(/\B_([a-z])/g, (_, letter) => letter.toUpperCase()),
      member,
    ]),
  );
});

/** An object of these members, in camelCase or snake_case; others are left out. */
export function members<Shape extends z.core.$ZodLooseShape>(shape: Shape) {
  return z.pipe(camelKeys, z.object(shape));
}

/** What a function makes of a member, which may be missing. (Not `z.catch`: it costs 4 kB.) */
function optional<Output>(pick: (value: unknown) => Output | undefined) {
  return z.optional(z.transform(pick));
}

/** A member that fits the schema, or nothing. */
export function lenient<Output>(schema: z.ZodMiniType<Output>) {
  return optional(value => z.safeParse(schema, value).data);
}

/** Anything. */
export const anything = optional(value => value);

/** A string, or nothing: null, an empty string and other types are nothing. */
export const optionalText = optional(value => (typeof value === 'string' && value ? value : undefined));

/** A number of things, or nothing. */
export const optionalCount = optional(value => (typeof value === 'number' ? value : undefined));

/** Yes, no, or nothing. */
export const optionalFlag = optional(value => (typeof value === 'boolean' ? value : undefined));

/** A plain object, or nothing. */
export const optionalObject = optional(value => (isObject(value) ? value : undefined));

/** Strings, or nothing if there are none. */
export const optionalTexts = optional(value => {
  const texts = Array.isArray(value) ? value.filter(each => typeof each === 'string') : [];
  return texts.length > 0 ? texts : undefined;
});

/** An identifier, or nothing. Some servers print numeric ones as numbers. */
export const optionalIdentifier = optional(value =>
  (typeof value === 'string' && value) || typeof value === 'number' ? String(value) : undefined,
);

/** An identifier that must be there. */
export const identifier = z.pipe(optionalIdentifier, z.string());

/** A list; none at all is an empty one, something else is an error. */
export function listOf<Item extends z.ZodMiniType>(item: Item) {
  return z.pipe(
    z.transform(value => value ?? []),
    z.array(item),
  );
}

/**
 * Reads a value with a schema.
 *
 * @throws {ResponseFormatError} with the path of what is wrong
 */
export function read<Output>(schema: z.ZodMiniType<Output>, value: unknown, at: string): Output {
  const result = z.safeParse(schema, value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const path = [at, ...(issue?.path ?? [])].join('.');
  const expected = issue?.code === 'invalid_type' ? issue.expected : 'other';
  throw new ResponseFormatError(
    `The agent's answer is not what A2A says: ${path} should be ${expected}.`,
    path,
  );
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
