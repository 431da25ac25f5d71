import { ResponseFormatError } from 'a2a-await';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { decodeAgentCard } from '../../../src/dialects/card.js';
import { decodeSendResult, decodeTask, decodeTaskPage } from '../../../src/dialects/decode.js';
import { namesOnDisk, readCapture } from '../../contract/capture.js';
import { cardSchema, messageSchema, pageSchema, taskSchema } from '../../support/model-schema.js';

// The decoder is written by hand. This holds it against strict schemas of the model, written in another hand: whatever
// arrives, what comes out is the model and nothing else, or a typed error.

const bodies = namesOnDisk().flatMap(name => {
  try {
    return [JSON.parse(readCapture(name).response.body ?? '')];
  } catch {
    return [];
  }
});
const results = bodies.flatMap(body => (body?.result === undefined ? [] : [body.result]));
const cards = bodies.filter(body => typeof body?.name === 'string' && Array.isArray(body.skills ?? []));

/** Values that have no business where they turn up. */
const intruder = fc.oneof(
  fc.constantFrom(null, '', 0, -1, 1e308, true, [], {}, [[]], [null], 'TASK_STATE_COMPLETED', 'cancelled'),
  fc.constantFrom({ toString: 1 }, { __proto__: null, constructor: 'x' }, { text: {} }, { data: null }),
  fc.constant(JSON.parse('{"__proto__": {"state": "completed"}, "prototype": 1}')),
  fc.jsonValue({ maxDepth: 3 }),
);

/** A recorded answer with a few members replaced, removed or written in snake_case. */
const mutated = (originals: unknown[]) =>
  fc
    .record({
      original: fc.constantFrom(...originals),
      changes: fc.array(
        fc.record({ at: fc.nat(), how: fc.constantFrom('replace', 'remove', 'snake'), value: intruder }),
        { maxLength: 4 },
      ),
    })
    .map(({ original, changes }) => changes.reduce(change, structuredClone(original)));

function change(root: unknown, { at, how, value }: { at: number; how: string; value: unknown }): unknown {
  const places = placesIn(root);
  if (places.length === 0) return value;
  const [holder, key] = places[at % places.length] as [Record<string, unknown>, string];
  if (how === 'replace') holder[key] = structuredClone(value);
  else if (Array.isArray(holder)) holder.splice(Number(key), 1);
  else {
    const member = holder[key];
    delete holder[key];
    if (how === 'snake') holder[key.replace(/[A-Z]/g, letter => `_${letter.toLowerCase()}`)] = member;
  }
  return root;
}

function placesIn(value: unknown): [object, string][] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.keys(value).flatMap(key => [
    [value, key] as [object, string],
    ...placesIn((value as Record<string, unknown>)[key]),
  ]);
}

describe.each([
  ['a task', decodeTask, results, taskSchema],
  ['what a send answers', decodeSendResult, results, z.union([taskSchema, messageSchema])],
  ['a page of tasks', decodeTaskPage, results, pageSchema],
  ['an agent card', decodeAgentCard, cards, cardSchema],
] as [string, (value: unknown) => unknown, unknown[], z.ZodType][])('%s', (_, decode, originals, schema) => {
  const expectModelOrError = (value: unknown) => {
    let decoded: unknown;
    try {
      decoded = decode(value);
    } catch (error) {
      expect(error).toBeInstanceOf(ResponseFormatError);
      return false;
    }
    expect(schema.safeParse(decoded).error).toBeUndefined();
    return true;
  };

  it('as recorded is the model or a typed error, and not always an error', () => {
    expect(originals.filter(expectModelOrError).length).toBeGreaterThan(9);
  });

  it('with members replaced, removed and renamed is the model or a typed error', () => {
    fc.assert(fc.property(mutated(originals), expectModelOrErrorProperty), { numRuns: 2_000 });
  });

  it('of any other JSON is the model or a typed error', () => {
    fc.assert(fc.property(fc.jsonValue(), expectModelOrErrorProperty), { numRuns: 500 });
  });

  function expectModelOrErrorProperty(value: unknown): void {
    expectModelOrError(value);
  }
});
