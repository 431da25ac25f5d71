import { ResponseLimitError } from 'a2a-await';
import { createParser } from 'eventsource-parser';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Frame, frameParser } from '../../../src/transport/event-stream.js';

/** All events of a text that comes in these pieces. */
function framesOf(pieces: readonly string[], limit = 1_000): Frame[] {
  const parser = frameParser(limit, 'SendStreamingMessage at http://a.test/');
  return [...pieces.flatMap(piece => parser.feed(piece)), ...parser.end()].map(({ event, data }) =>
    event === undefined ? { data } : { event, data },
  );
}

describe('an event stream', () => {
  it.each([
    ['LF', 'data: 1\n\ndata: 2\n\n'],
    ['CRLF', 'data: 1\r\n\r\ndata: 2\r\n\r\n'],
    ['bare CR', 'data: 1\r\rdata: 2\r\r'],
    ['no last blank line', 'data: 1\n\ndata: 2'],
    ['no last blank line after CR', 'data: 1\r\rdata: 2\r'],
    ['comments', ': hello\n\ndata: 1\n\n: ping - 2026-01-01\n\ndata: 2\n\n'],
    ['ids before and after', 'id: 1\ndata: 1\n\ndata: 2\nid: 2\n\n'],
    ['retry hints and fields nobody knows', 'retry: 10\ncolour: blue\ndata: 1\n\nretry: x\ndata: 2\n\n'],
    ['no space after the colon', 'data:1\n\ndata:2\n\n'],
    ['more blank lines than needed', '\n\ndata: 1\n\n\n\ndata: 2\n\n\n'],
  ])('with %s is read', (_, text) => {
    expect(framesOf([text])).toEqual([{ data: '1' }, { data: '2' }]);
  });

  it('keeps the names of events and joins the lines of one', () => {
    expect(framesOf(['event: done\ndata: {\ndata:   "a": 1\ndata: }\n\n'])).toEqual([
      { event: 'done', data: '{\n  "a": 1\n}' },
    ]);
  });

  it('does not give an event without data', () => {
    expect(framesOf(['event: task.status\n\nevent: task.sta'])).toEqual([]);
  });

  const line = fc.constantFrom('data: {"a":1}', 'data: é✓😀', 'data:', ': c', 'event: x', 'id: 7', 'b', '');
  const end = fc.constantFrom('\n', '\r\n', '\r');
  const text = fc
    .record({ lines: fc.array(line, { maxLength: 20 }), end })
    .map(({ lines, end }) => lines.join(end) + end + end);

  it('with bare CR tells an event when it is there, not when the next one comes', () => {
    const parser = frameParser(1_000, 'it');
    expect(parser.feed('data: 1\r\r')).toEqual([{ data: '1' }]);
    expect(parser.feed('data: 2\r')).toEqual([]);
    expect(parser.feed('\n')).toEqual([]);
    expect(parser.feed('\r')).toEqual([{ data: '2' }]);
    expect(parser.feed('\ndata: 3\r\n\r\n')).toEqual([{ data: '3' }]);
  });

  it('is read as eventsource-parser reads it', () => {
    const anyLine = fc.oneof(
      line,
      fc.string(),
      fc.tuple(fc.constantFrom('data', 'event', 'id', '', ' data'), fc.string()).map(pair => pair.join(':')),
    );
    const anyText = fc.array(
      fc.tuple(anyLine, fc.constantFrom('\n', '\r\n', '\r', '\n\n', '\r\r', '\r\n\r\n')),
    );
    fc.assert(
      fc.property(anyText, lines => {
        const whole = lines.map(pair => pair.join('')).join('');
        const theirs: Frame[] = [];
        const parser = createParser({
          onEvent: ({ event, data }) => theirs.push(event ? { event, data } : { data }),
        });
        parser.feed(`${whole}\n\n`);
        expect(framesOf([whole], 100_000)).toEqual(theirs);
      }),
      { numRuns: 2_000 },
    );
  });

  it('is the same however it is cut into pieces', () => {
    const cut = (whole: string, places: number[]) => {
      const at = [...new Set(places.map(place => place % (whole.length + 1)))].sort((a, b) => a - b);
      return [...at, whole.length].map((place, index) => whole.slice(at[index - 1] ?? 0, place));
    };
    fc.assert(
      fc.property(text, fc.array(fc.nat(), { maxLength: 12 }), (whole, places) => {
        expect(framesOf(cut(whole, places))).toEqual(framesOf([whole]));
      }),
      { numRuns: 2_000 },
    );
  });

  it.each([
    ['one line that never ends', ['data: ', ...Array.from({ length: 300 }, () => 'xxxxx')]],
    ['lines of one event that never ends', Array.from({ length: 300 }, () => 'data: xxxxx\n')],
    ['one event in one piece', [`data: ${'x'.repeat(1_100)}\n\n`]],
  ])('is refused for %s, by an error that names the option', (_, pieces) => {
    expect(() => framesOf(pieces)).toThrow(ResponseLimitError);
    expect(() => framesOf(pieces)).toThrow(/"limits.eventBytes"/);
    expect(() => framesOf(pieces, 10_000)).not.toThrow();
  });
});
