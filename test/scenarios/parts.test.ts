import {
  bytesOf,
  ContentTypeNotSupportedError,
  dataOf,
  type FileBytesPart,
  type Part,
  type Task,
} from 'a2a-await';
import { artifact } from 'a2a-await/testing';
import { describe, expect, it } from 'vitest';
import { agents, pair, sends } from '../support/agents.js';
import { rejection } from '../support/settling.js';

/** An agent that gives back what it got. */
const mirror = {
  *agent(turn: { message: { parts: Part[] } }) {
    yield artifact(turn.message.parts);
  },
};
const partsOf = (answer: unknown) => (answer as Task).artifacts.flatMap(({ parts }) => parts);

describe.each(agents)('on $title', kind => {
  it('text, data and the url of a file arrive there and come back', async () => {
    await using it = pair(kind, mirror);
    const answer = await it.client.sendMessage([
      'Look:',
      { data: { pages: 3, deep: { list: [1, null] } } },
      { url: 'https://f.test/a.png', mediaType: 'image/png', filename: 'a.png' },
    ]);
    expect(partsOf(answer)).toEqual([
      { kind: 'text', text: 'Look:' },
      { kind: 'data', data: { pages: 3, deep: { list: [1, null] } } },
      { kind: 'file', url: 'https://f.test/a.png', mediaType: 'image/png', filename: 'a.png' },
    ]);
    expect(dataOf(answer as Task)).toEqual({ pages: 3, deep: { list: [1, null] } });
  });

  it('what an agent sent can be sent on', async () => {
    await using it = pair(kind, mirror);
    const first = partsOf(await it.client.sendMessage(['a', { data: { b: 1 } }, { url: 'https://f.test/' }]));
    expect(partsOf(await it.client.sendMessage(first))).toEqual(first);
  });

  it.each(['1', '0', 'false', 'null', '"x"', '[1,2]'])(
    'data of %s arrives, or is refused before anything is sent',
    async json => {
      await using it = pair(kind, mirror);
      const sending = it.client.sendMessage([{ data: JSON.parse(json) }]);
      if (kind.dialect === '1.0') {
        expect(partsOf(await sending)).toEqual([{ kind: 'data', data: JSON.parse(json) }]);
      } else {
        expect(await rejection(sending)).toBeInstanceOf(ContentTypeNotSupportedError);
        expect(it.calls(...sends)).toBe(0);
      }
    },
  );

  const files: [string, unknown][] = [
    ['bytes', { file: new Uint8Array([0, 255, 104, 105]), mediaType: 'application/x-a', filename: 'a.bin' }],
    [
      'a Blob',
      {
        file: new Blob([new Uint8Array([0, 255, 104, 105])], { type: 'application/x-a' }),
        filename: 'a.bin',
      },
    ],
    [
      'a File',
      { file: new File([new Uint8Array([0, 255, 104, 105])], 'a.bin', { type: 'application/x-a' }) },
    ],
    ['base64', { raw: 'AP9oaQ==', mediaType: 'application/x-a', filename: 'a.bin' }],
  ];

  it.each(files)(
    'a file given as %s arrives byte by byte, or is refused before anything is sent',
    async (_, part) => {
      await using it = pair(kind, mirror);
      const sending = it.client.sendMessage(['See:', part as Part]);
      if (kind.dialect === 'praison') {
        const error = await rejection(sending);
        expect(error).toBeInstanceOf(ContentTypeNotSupportedError);
        expect(error.message).toMatch(/not sent/);
        expect(it.calls(...sends)).toBe(0);
      } else {
        const [, file] = partsOf(await sending);
        expect(file).toMatchObject({ kind: 'file', mediaType: 'application/x-a', filename: 'a.bin' });
        expect([...bytesOf(file as FileBytesPart)]).toEqual([0, 255, 104, 105]);
      }
    },
  );
});
