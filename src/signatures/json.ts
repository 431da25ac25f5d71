import canonicalize from 'canonicalize';
import { malformedCard } from './error.js';

export type Json = null | boolean | number | string | Json[] | JsonObject;

/** Without a prototype: a member named `__proto__` is one like any other. */
export interface JsonObject {
  [name: string]: Json;
}

/** Levels; the Python SDK signs at most as many. */
const deepest = 128;
/** Values, each member and element one. Also what a cycle, or a graph that folds out for ever, runs into. */
const mostValues = 20_000;
/** Characters of canonical text. */
const longest = 262_144;

/**
 * A copy of what will be verified, so that nothing changes on the way. Only JSON with one canonical form gets in:
 * finite numbers, whole characters, plain objects.
 *
 * @throws {AgentCardSignatureError}
 */
export function copyOf(value: object): JsonObject {
  let values = 0;
  const copy = (each: unknown, depth: number): Json => {
    values += 1;
    if (depth > deepest) throw malformedCard(`it is nested more than ${deepest} levels deep`);
    if (values > mostValues) throw malformedCard(`it holds more than ${mostValues} values`);
    if (each === null || typeof each === 'boolean') return each;
    if (typeof each === 'string') return whole(each);
    if (typeof each === 'number' && Number.isFinite(each)) return each;
    // Not map, which leaves holes.
    if (Array.isArray(each)) return Array.from(each, item => copy(item, depth + 1));
    if (!isPlain(each)) throw malformedCard('it holds what is no JSON');
    const copied = emptyObject();
    for (const [name, member] of Object.entries(each)) {
      if (member !== undefined) copied[whole(name)] = copy(member, depth + 1);
    }
    return copied;
  };
  const copied = copy(value, 0);
  if (!isObject(copied)) throw malformedCard('it is no JSON object');
  return copied;
}

/** The text that RFC 8785 gives a value. */
export function canonical(value: Json): string {
  const text = canonicalize(value) ?? '';
  if (text.length > longest) throw malformedCard(`it is longer than ${longest} characters`);
  return text;
}

export function emptyObject(): JsonObject {
  return Object.create(null) as JsonObject;
}

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Half a surrogate pair has no UTF-8, so that two texts would have the same bytes. */
function whole(text: string): string {
  if (/\p{Surrogate}/u.test(text)) throw malformedCard('it holds half a character (a lone surrogate)');
  return text;
}

function isPlain(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false;
  const prototype = Object.getPrototypeOf(value);
  // Another realm's plain objects too.
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}
