import type { Part } from 'a2a-await';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { decodeSendResult, decodeTask, decodeTaskPage } from '../../../src/dialects/decode.js';
import { A2AError } from '../../../src/errors/index.js';

afterEach(() => {
  expect(Object.keys(Object.prototype)).toEqual([]);
});

const partOf = (wire: unknown): Part | undefined =>
  decodeTask({ id: 't', status: { state: 'completed' }, artifacts: [{ artifactId: 'a', parts: [wire] }] })
    .artifacts[0]?.parts[0];

const file = { kind: 'file', mediaType: 'image/png', filename: 'a.png' };

describe('a part', () => {
  it.each([
    ['1.0 text', { text: 'hi' }, { kind: 'text', text: 'hi' }],
    ['0.3 text', { kind: 'text', text: 'hi' }, { kind: 'text', text: 'hi' }],
    ['0.1 text', { type: 'text', text: 'hi' }, { kind: 'text', text: 'hi' }],
    [
      'text with metadata',
      { text: 'hi', metadata: { a_b: 1 } },
      { kind: 'text', text: 'hi', metadata: { a_b: 1 } },
    ],
    ['empty text', { text: '' }, { kind: 'text', text: '' }],
    ['empty text as protobuf omits it', {}, { kind: 'text', text: '' }],
    ['empty text as protobuf omits it, tagged', { kind: 'text' }, { kind: 'text', text: '' }],
    ['1.0 bytes', { raw: 'aGk=', mediaType: 'image/png', filename: 'a.png' }, { ...file, raw: 'aGk=' }],
    [
      '1.0 url',
      { url: 'http://f/', mediaType: 'image/png', filename: 'a.png' },
      { ...file, url: 'http://f/' },
    ],
    [
      '0.3 bytes',
      { kind: 'file', file: { bytes: 'aGk=', mimeType: 'image/png', name: 'a.png' } },
      { ...file, raw: 'aGk=' },
    ],
    [
      '0.3 uri',
      { kind: 'file', file: { uri: 'http://f/', mimeType: 'image/png', name: 'a.png' } },
      { ...file, url: 'http://f/' },
    ],
    [
      '0.3 REST bytes',
      { file: { fileWithBytes: 'aGk=', mimeType: 'image/png', name: 'a.png' } },
      { ...file, raw: 'aGk=' },
    ],
    [
      '0.3 REST uri',
      { file: { fileWithUri: 'http://f/', mimeType: 'image/png', name: 'a.png' } },
      { ...file, url: 'http://f/' },
    ],
    [
      'PraisonAI file',
      { fileWithUri: 'http://f/', mediaType: 'image/png', name: 'a.png' },
      { ...file, url: 'http://f/' },
    ],
    [
      'snake_case file',
      { file: { file_with_uri: 'http://f/', media_type: 'image/png', name: 'a.png' } },
      { ...file, url: 'http://f/' },
    ],
    [
      'snake_case flat',
      { file_with_bytes: 'aGk=', mime_type: 'image/png', filename: 'a.png' },
      { ...file, raw: 'aGk=' },
    ],
    [
      'empty file',
      { kind: 'file', file: { bytes: '', mimeType: 'image/png' } },
      { kind: 'file', raw: '', mediaType: 'image/png' },
    ],
    [
      'empty 1.0 file as protobuf omits it',
      { mediaType: 'image/png' },
      { kind: 'file', raw: '', mediaType: 'image/png' },
    ],
    ['1.0 data', { data: { a: 1 } }, { kind: 'data', data: { a: 1 } }],
    ['1.0 data of any kind', { data: [1, 'x'] }, { kind: 'data', data: [1, 'x'] }],
    ['1.0 data of null', { data: null }, { kind: 'data', data: null }],
    ['0.3 data', { kind: 'data', data: { a_b: 1 } }, { kind: 'data', data: { a_b: 1 } }],
    ['nulls beside', { text: 'hi', raw: null, url: null, metadata: null }, { kind: 'text', text: 'hi' }],
    ['unused members as null', { text: null, raw: 'aGk=' }, { kind: 'file', raw: 'aGk=' }],
  ])('is read: %s', (_, wire, part) => {
    expect(partOf(wire)).toEqual(part);
  });

  it('of a kind nobody knows is kept as data rather than lost', () => {
    const part = partOf({ kind: 'hologram', voxels: [1, 2] });
    expect(part?.kind).toBe('data');
    expect(JSON.stringify(part)).toContain('voxels');
  });

  it.each([null, 'text', 5, [], [{}]])('is not %j', wire => {
    expect(() => partOf(wire)).toThrow(expect.objectContaining({ name: 'ResponseFormatError' }));
  });

  it('keeps the members of its data and metadata as they are, whatever their case', () => {
    const data = { snake_case: { deep_er: 1 }, camelCase: 2 };
    expect(partOf({ data })).toEqual({ kind: 'data', data });
  });
});

describe('a task', () => {
  it('is read in snake_case as in camelCase', () => {
    const task = decodeTask({
      id: 't',
      context_id: 'ctx',
      status: {
        state: 'input_required',
        message: { message_id: 'm', role: 'agent', parts: [{ text: 'Which?' }], task_id: 't' },
      },
      artifacts: [{ artifact_id: 'a', parts: [] }],
      history: [{ message_id: 'h', role: 'user', parts: [{ text: 'hi' }], reference_task_ids: ['r'] }],
    });
    expect(task).toMatchObject({
      kind: 'task',
      id: 't',
      contextId: 'ctx',
      status: { state: 'input-required', message: { messageId: 'm', taskId: 't' } },
      artifacts: [{ artifactId: 'a' }],
      history: [{ messageId: 'h', referenceTaskIds: ['r'], role: 'user' }],
    });
  });

  it('always has its arrays, and of what is null or empty nothing', () => {
    const task = decodeTask({
      id: 't',
      contextId: '',
      status: { state: 'working', message: null, timestamp: null },
      artifacts: null,
      history: null,
      metadata: null,
    });
    expect(task).toEqual({ kind: 'task', id: 't', status: { state: 'working' }, artifacts: [], history: [] });
  });

  it('may have a number as its id, and a mere word as its status', () => {
    expect(decodeTask({ id: 7, status: 'completed' })).toMatchObject({
      id: '7',
      status: { state: 'completed' },
    });
  });

  it.each([
    ['TASK_STATE_PONDERING', { state: 'unknown', rawState: 'TASK_STATE_PONDERING' }],
    [99, { state: 'unknown', rawState: '99' }],
    [{ toString: 1 }, { state: 'unknown', rawState: '{"toString":1}' }],
    [undefined, { state: 'unknown' }],
    ['TASK_STATE_COMPLETED', { state: 'completed' }],
  ])('in the state %o has %j', (state, status) => {
    expect(decodeTask({ id: 't', status: { state } }).status).toEqual(status);
  });

  it.each([
    ['2026-01-01T10:00:00.123456+00:00', '2026-01-01T10:00:00.123456+00:00'],
    ['2026-01-01T10:00:00Z', '2026-01-01T10:00:00Z'],
    ['2026-01-01T10:00:00.123', '2026-01-01T10:00:00.123Z'],
    ['2026-01-01T10:00:00-05:00', '2026-01-01T10:00:00-05:00'],
  ])('with the timestamp %s has %s: a zone is added where there is none', (timestamp, read) => {
    expect(decodeTask({ id: 't', status: { state: 'working', timestamp } }).status.timestamp).toBe(read);
  });

  it.each([
    ['ROLE_USER', 'user'],
    ['user', 'user'],
    ['ROLE_AGENT', 'agent'],
    ['assistant', 'agent'],
    ['UNRECOGNIZED', 'agent'],
    [undefined, 'agent'],
    [null, 'agent'],
  ])('with a message of %o has one of the %s', (role, read) => {
    const task = decodeTask({
      id: 't',
      status: { state: 'working' },
      history: [{ messageId: 'm', role, parts: [] }],
    });
    expect(task.history[0]?.role).toBe(read);
  });

  it.each([
    [null],
    ['hello'],
    [5],
    [[]],
    [{}],
    [{ id: 't' }],
    [{ status: { state: 'completed' } }],
    [{ id: '', status: { state: 'completed' } }],
    [{ id: null, status: { state: 'completed' } }],
    [{ id: 't', status: null }],
    [{ id: 't', status: [] }],
    [{ id: 't', status: 5 }],
    [{ id: 't', status: { state: 'completed' }, artifacts: {} }],
    [{ id: 't', status: { state: 'completed' }, artifacts: ['x'] }],
    [{ id: 't', status: { state: 'completed' }, history: 'x' }],
  ])('is not %j', wire => {
    expect(() => decodeTask(wire)).toThrow(expect.objectContaining({ name: 'ResponseFormatError' }));
  });

  it('that is wrong says where', () => {
    const wire = { id: 't', status: { state: 'completed' }, artifacts: [{ parts: [] }, { parts: [5] }] };
    expect(() => decodeTask(wire)).toThrow(
      expect.objectContaining({ path: expect.stringMatching(/^result\.artifacts\.1\.parts\.0/) }),
    );
  });
});

describe('the answer to a send', () => {
  const task = { id: 't', status: { state: 'completed' } };
  const message = { messageId: 'm', role: 'agent', parts: [{ text: 'hi' }] };

  it.each([
    ['wrapped, as 1.0', { task }, 'task'],
    ['bare and tagged, as 0.3', { kind: 'task', ...task }, 'task'],
    ['bare and untagged, as PraisonAI', task, 'task'],
    ['wrapped beside a null', { task, message: null }, 'task'],
    ['wrapped, as 1.0', { message }, 'message'],
    ['bare and tagged, as 0.3', { kind: 'message', ...message }, 'message'],
    ['bare and untagged', message, 'message'],
  ])('is read: %s, %#', (_, wire, kind) => {
    expect(decodeSendResult(wire).kind).toBe(kind);
  });

  it.each([
    [null],
    ['hello'],
    [5],
    [[]],
    [{}],
    [{ task: {} }],
    [{ message: {} }],
    [{ kind: 'task' }],
    [{ kind: 'message' }],
    [{ role: 'agent' }],
    [{ task: [], message: [] }],
    [{ parts: 'x' }],
  ])('is not %j', wire => {
    expect(() => decodeSendResult(wire)).toThrow(expect.objectContaining({ name: 'ResponseFormatError' }));
  });
});

describe('a list', () => {
  const task = { id: 't', status: { state: 'completed' } };

  it.each([
    [
      'of 1.0',
      { tasks: [task], nextPageToken: 'n', pageSize: 1, totalSize: 2 },
      { nextPageToken: 'n', pageSize: 1, totalSize: 2 },
    ],
    [
      'in snake_case',
      { tasks: [task], next_page_token: 'n', page_size: 1, total_size: 2 },
      { nextPageToken: 'n', pageSize: 1, totalSize: 2 },
    ],
    ['of PraisonAI, a plain array', [task], {}],
    ['on the last page, where the token is empty', { tasks: [task], nextPageToken: '' }, {}],
  ])('%s is read', (_, wire, more) => {
    const { tasks, ...rest } = decodeTaskPage(wire);
    expect(tasks).toMatchObject([{ kind: 'task', id: 't' }]);
    expect(rest).toEqual(more);
  });

  it('without tasks is an empty one', () => {
    expect(decodeTaskPage({})).toEqual({ tasks: [] });
    expect(decodeTaskPage([])).toEqual({ tasks: [] });
  });

  it.each([[null], ['hello'], [5], [{ tasks: {} }], [{ tasks: [null] }], [[{}]]])('is not %j', wire => {
    expect(() => decodeTaskPage(wire)).toThrow(expect.objectContaining({ name: 'ResponseFormatError' }));
  });
});

describe('whatever a server sends', () => {
  const names = [
    'id',
    'status',
    'state',
    'task',
    'message',
    'parts',
    'text',
    'data',
    'file',
    'raw',
    'artifacts',
    'history',
    'metadata',
    'kind',
    'tasks',
    '__proto__',
    'constructor',
    'prototype',
    'toString',
    'context_id',
    'a_',
    '_',
  ];
  const values = fc.letrec(tie => ({
    value: fc.oneof(
      { depthSize: 'small' },
      fc.constantFrom(null, '', 'completed', 'x', 0, 7, true),
      fc.array(tie('value'), { maxLength: 3 }),
      fc.array(fc.tuple(fc.constantFrom(...names), tie('value')), { maxLength: 5 }).map(entries => {
        const text = entries
          .map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`)
          .join();
        return JSON.parse(`{${text}}`) as unknown;
      }),
    ),
  })).value;

  it('gives a value of the model or a typed error, and pollutes nothing', () => {
    fc.assert(
      fc.property(values, wire => {
        for (const decode of [decodeTask, decodeSendResult, decodeTaskPage]) {
          try {
            const read = decode(wire as never);
            const kind = 'kind' in read ? read.kind : 'page';
            if (kind === 'task')
              expect(read).toMatchObject({
                id: expect.stringMatching(/./),
                status: { state: expect.any(String) },
              });
            if (kind === 'message') expect(read).toMatchObject({ parts: expect.any(Array) });
          } catch (error) {
            if (!(error instanceof A2AError)) throw error;
          }
        }
        expect(Object.keys(Object.prototype)).toEqual([]);
      }),
      { numRuns: 1_000 },
    );
  });

  it('with members named like those of every object is read as it is', () => {
    const wire = JSON.parse(
      '{"id":"t","status":{"state":"completed","__proto__":{"polluted":1}},"__proto__":{"artifacts":"x"},"constructor":{"prototype":{"polluted":1}}}',
    );
    const task = decodeTask(wire);
    expect(task).toMatchObject({ id: 't', status: { state: 'completed' }, artifacts: [] });
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
    expect((task as { polluted?: unknown }).polluted).toBeUndefined();
  });
});
