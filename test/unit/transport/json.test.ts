import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseJson } from '../../../src/transport/json.js';

const parse = (text: string, depth = 200) => parseJson(text, depth, 'GetTask at http://a.test/');
const nested = (levels: number) => '['.repeat(levels) + ']'.repeat(levels);

describe("somebody else's JSON", () => {
  it('is what JSON.parse makes of it', () => {
    fc.assert(
      fc.property(fc.jsonValue(), value => {
        expect(parse(JSON.stringify(value))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  it.each([1, 5, 200])('may be nested %d levels deep where that is the limit, and not one more', levels => {
    expect(() => parse(nested(levels), levels)).not.toThrow();
    expect(() => parse(nested(levels + 1), levels)).toThrow(/"limits.depth"/);
  });

  it.each([50_000, 1_000_000])(
    'is refused at %d levels by a typed error, not by an overflowing stack',
    levels => {
      expect(() => parse(`${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`)).toThrow(
        expect.objectContaining({
          name: 'ResponseLimitError',
          option: 'limits.depth',
          code: 'response-limit',
        }),
      );
    },
  );

  it('is not called deep for brackets in strings, also after escapes', () => {
    for (const text of [
      '"[[[[[["',
      '"\\"[[[[[["',
      `${'"\\\\", [[1]]'.replace(/^/, '[')}]`,
      '{"[[[[[":"]]{{{{"}',
    ]) {
      expect(() => parse(text, 3)).not.toThrow();
    }
    expect(() => parse('["\\\\",[[[[1]]]]]', 3)).toThrow(/limits.depth/);
  });

  it('is called as deep as it is, whatever it is', () => {
    const depthOf = (value: unknown): number =>
      typeof value === 'object' && value !== null ? 1 + Math.max(0, ...Object.values(value).map(depthOf)) : 0;
    const stringUnit = fc.constantFrom('[', '}', '"', '\\', '\n', '–');
    fc.assert(
      fc.property(
        fc.jsonValue({ maxDepth: 8, stringUnit }),
        fc.integer({ min: 1, max: 8 }),
        (value, limit) => {
          const text = JSON.stringify(value);
          if (depthOf(JSON.parse(text)) > limit && text.length > limit)
            expect(() => parse(text, limit)).toThrow();
          else expect(() => parse(text, limit)).not.toThrow();
        },
      ),
    );
  });

  it.each([
    ['<!doctype html><p>Hi', /HTML/],
    ['  <?xml version="1.0"?>', /HTML|XML/],
    ['', /empty/],
    ['{"a":', /cut off/],
    ['nope', /garbled|cut off/],
  ])('%o is refused in words that say what it looks like', (text, words) => {
    expect(() => parse(text)).toThrow(
      expect.objectContaining({ name: 'ResponseFormatError', message: expect.stringMatching(words) }),
    );
  });
});
