import {
  bytesOf,
  dataOf,
  isMessage,
  isTask,
  type Message,
  type Part,
  type StandardSchema,
  type Task,
  textOf,
} from 'a2a-await';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { toBase64 } from '../../../src/model/base64.js';
import { randomId } from '../../../src/model/id.js';
import { rejection } from '../../support/settling.js';

const text = (words: string): Part => ({ kind: 'text', text: words });
const message = (...parts: Part[]): Message => ({ kind: 'message', messageId: 'm', role: 'agent', parts });
const task = (artifacts: Part[][], said?: Message): Task => ({
  kind: 'task',
  id: 'task-1',
  status: { state: 'completed', ...(said ? { message: said } : {}) },
  artifacts: artifacts.map((parts, index) => ({ artifactId: `a${index}`, parts })),
  history: [message(text('not this'))],
});

describe('the text', () => {
  it.each([
    ['of a message is that of its parts, joined', message(text('Hel'), text('lo')), 'Hello'],
    ['of a message leaves other parts out', message(text('a'), { kind: 'data', data: 1 }, text('b')), 'ab'],
    [
      'of a task is that of its artifacts, a blank line between them',
      task([[text('a'), text('b')], [text('c')]]),
      'ab\n\nc',
    ],
    ['of a task leaves artifacts without text out', task([[{ kind: 'data', data: 1 }], [text('c')]]), 'c'],
    [
      'of a task is not its status where there are artifacts',
      task([[text('a')]], message(text('done'))),
      'a',
    ],
    ['of a task without artifacts is that of its status', task([], message(text('Which?'))), 'Which?'],
    ['of a task with nothing is empty', task([]), ''],
    ['of a message without parts is empty', message(), ''],
  ] as [string, Task | Message, string][])('%s', (_, answer, expected) => {
    expect(textOf(answer)).toBe(expected);
  });
});

describe('the data', () => {
  const report = task([
    [text('here it is')],
    [
      { kind: 'data', data: { pages: 3 } },
      { kind: 'data', data: { pages: 4 } },
    ],
  ]);

  it('is that of the first data part', () => {
    expect(dataOf(report)).toEqual({ pages: 3 });
    expect(dataOf(message({ kind: 'data', data: null }))).toBeNull();
    expect(dataOf(message(text('none')))).toBeUndefined();
    expect(dataOf(task([], message({ kind: 'data', data: 1 })))).toBeUndefined();
  });

  it('is validated by a schema of any library that follows Standard Schema, and typed', async () => {
    const { pages } = await dataOf(report, z.object({ pages: z.number() }));
    expect(pages + 1).toBe(4);
    const own: StandardSchema<string> = {
      '~standard': {
        version: 1,
        vendor: 'mine',
        validate: async value => ({ value: JSON.stringify(value) }),
      },
    };
    expect(await dataOf(report, own)).toBe('{"pages":3}');
  });

  it('that does not fit rejects with a TypeError that lists what is wrong, and where', async () => {
    const error = await rejection(
      dataOf(report, z.object({ pages: z.string(), deep: z.object({ x: z.number() }) })),
    );
    expect(error).toBeInstanceOf(TypeError);
    expect(error.message).toMatch(/pages: .*string.*; deep: /);
  });

  it('that is missing is validated too', async () => {
    expect(await rejection(dataOf(task([]), z.object({})))).toBeInstanceOf(TypeError);
    expect(await dataOf(task([]), z.optional(z.number()))).toBeUndefined();
  });
});

describe('the bytes', () => {
  const file = (raw: string) => bytesOf({ kind: 'file', raw, filename: 'cat.png' });

  it.each([
    ['aGk=', [104, 105]],
    ['aGk', [104, 105]],
    ['-_-_', [251, 255, 191]],
    ['+/+/', [251, 255, 191]],
    ['', []],
  ])('of %o are %j', (raw, bytes) => {
    expect([...file(raw)]).toEqual(bytes);
  });

  it.each(['a', 'not base64!', 'ä'])('of %o are a TypeError that names the file', raw => {
    expect(() => file(raw)).toThrow(TypeError);
    expect(() => file(raw)).toThrow('cat.png');
  });

  it('survive the way to base64 and back', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), bytes => {
        expect(toBase64(bytes)).toBe(Buffer.from(bytes).toString('base64'));
        expect(file(toBase64(bytes))).toEqual(bytes);
      }),
    );
  });

  it('of 5 MB are encoded without overflowing the stack', () => {
    const bytes = new Uint8Array(5_000_001).map((_, index) => index % 251);
    const encoded = toBase64(bytes);
    expect(encoded === Buffer.from(bytes).toString('base64')).toBe(true);
  });
});

describe('what an answer is', () => {
  it.each([
    [{ kind: 'task' }, true, false],
    [{ kind: 'message' }, false, true],
    [{ kind: 'other' }, false, false],
    [{}, false, false],
    [null, false, false],
    [undefined, false, false],
    ['task', false, false],
  ])('%j: task %s, message %s', (value, asTask, asMessage) => {
    expect(isTask(value)).toBe(asTask);
    expect(isMessage(value)).toBe(asMessage);
  });
});

describe('a made-up id', () => {
  it('is a UUID of version 4, and another each time', () => {
    const ids = Array.from({ length: 1_000 }, randomId);
    for (const id of ids)
      expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(new Set(ids).size).toBe(1_000);
  });
});
