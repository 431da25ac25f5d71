import { ContentTypeNotSupportedError, type Message, rawOf } from 'a2a-await';
import { describe, expect, it } from 'vitest';
import { decodeTask, decodeTaskPage } from '../../../src/dialects/decode.js';
import { decodeStreamEvent } from '../../../src/dialects/decode-event.js';
import { v03Rest } from '../../../src/dialects/v03-rest.js';
import { readCapture } from '../../contract/capture.js';

const wire = (params: object) => JSON.parse(JSON.stringify(params));
const message: Message = {
  kind: 'message',
  messageId: 'm',
  role: 'user',
  taskId: 't',
  contextId: 'c',
  referenceTaskIds: ['t0'],
  extensions: ['urn:x'],
  metadata: { m: 1 },
  parts: [
    { kind: 'text', text: 'hi', metadata: { lang: 'en' } },
    { kind: 'data', data: { a: 1 } },
    { kind: 'file', raw: 'AA==', mediaType: 'image/png', filename: 'a.png' },
    { kind: 'file', url: 'https://f.test/a', metadata: { n: 1 } },
  ],
};
const plain = v03Rest.plain as (value: unknown) => unknown;

describe('a message over HTTP+JSON of 0.3', () => {
  it('has exactly the members of its protobuf message', () => {
    const sent = v03Rest.send(message, {
      returnImmediately: true,
      acceptedOutputModes: ['text/plain'],
      historyLength: 3,
      metadata: { r: 1 },
    });
    expect(wire(sent)).toEqual({
      message: {
        messageId: 'm',
        role: 'ROLE_USER',
        taskId: 't',
        contextId: 'c',
        extensions: ['urn:x'],
        metadata: { m: 1 },
        content: [
          { text: 'hi', metadata: { lang: 'en' } },
          { data: { data: { a: 1 } } },
          { file: { fileWithBytes: 'AA==', mimeType: 'image/png', name: 'a.png' } },
          { file: { fileWithUri: 'https://f.test/a' }, metadata: { n: 1 } },
        ],
      },
      configuration: { blocking: false, acceptedOutputModes: ['text/plain'], historyLength: 3 },
      metadata: { r: 1 },
    });
  });

  it('says that it blocks, too: the Python server does not by itself', () => {
    const sent = v03Rest.send(message, { returnImmediately: false });
    expect(wire(sent).configuration).toEqual({ blocking: true, acceptedOutputModes: [] });
  });

  it('refuses data that is no object, which it could not carry', () => {
    const parts = [{ kind: 'data', data: [1] }] as const;
    expect(() => v03Rest.send({ ...message, parts: [...parts] }, { returnImmediately: false })).toThrow(
      ContentTypeNotSupportedError,
    );
  });
});

describe('an answer over HTTP+JSON of 0.3', () => {
  const parts = (data: unknown) => ({ artifacts: [{ artifactId: 'a', parts: [{ data }] }] });
  const dataOf = (data: unknown) => {
    const task = decodeTask(plain({ id: 't', status: { state: 'TASK_STATE_WORKING' }, ...parts(data) }));
    return task.artifacts[0]?.parts[0];
  };

  it('has its parts and data where the other bindings have them', () => {
    const { body = '' } = readCapture('js-1.3.0-compat-rest-v03/03-send-parts').response;
    const answer = JSON.parse(body);
    const task = decodeTask(plain(answer));
    expect(task.artifacts[0]?.parts).toEqual([
      { kind: 'text', text: 't' },
      { kind: 'file', raw: 'aGVsbG8=', mediaType: 'text/plain' },
      { kind: 'file', url: 'https://x/y.png', mediaType: 'image/png' },
      { kind: 'data', data: { a: 1, b: [1, 2] } },
    ]);
    expect(task.history[0]).toMatchObject({ role: 'user', parts: [{ kind: 'text', text: 'parts' }] });
    // What came is still what is remembered.
    expect(rawOf(task)).toBe(answer.task);
  });

  it.each([
    ['data named data', { data: { data: { b: 1 } } }, { data: { b: 1 } }],
    ['no data, which protobuf leaves out', {}, {}],
    ['data without the wrapping, of servers that forget it', { a: 1 }, { a: 1 }],
    ['data without the wrapping that has data of its own', { data: [1], page: 2 }, { data: [1], page: 2 }],
  ])('with %s is read', (_, came, data) => {
    expect(dataOf(came)).toEqual({ kind: 'data', data });
  });

  it('is left alone where it is the application’s: metadata, and the inside of data', () => {
    const metadata = { content: [1], data: { data: 1 }, parts: [{ data: { data: 2 } }] };
    const task = decodeTask(
      plain({ id: 't', status: {}, metadata, ...parts({ data: { content: [1], data: { data: 3 } } }) }),
    );
    expect(task.metadata).toEqual(metadata);
    expect(task.artifacts[0]?.parts).toEqual([{ kind: 'data', data: { content: [1], data: { data: 3 } } }]);
  });

  it('may be an event', () => {
    const update = {
      statusUpdate: {
        taskId: 't',
        status: {
          state: 'TASK_STATE_INPUT_REQUIRED',
          message: { role: 'ROLE_AGENT', content: [{ text: 'how?' }] },
        },
      },
    };
    const event = decodeStreamEvent(plain(update));
    expect(event).toMatchObject({
      kind: 'status-update',
      final: true,
      status: {
        state: 'input-required',
        message: { role: 'agent', parts: [{ kind: 'text', text: 'how?' }] },
      },
    });
    expect(rawOf(event)).toBe(update.statusUpdate);
  });

  it('may be a list', () => {
    const status = {
      state: 'TASK_STATE_COMPLETED',
      message: { role: 'ROLE_AGENT', content: [{ text: 'hi' }] },
    };
    const { tasks } = decodeTaskPage(plain({ tasks: [{ id: 't', status, ...parts({ data: { a: 1 } }) }] }));
    expect(tasks[0]?.status.message?.parts).toEqual([{ kind: 'text', text: 'hi' }]);
    expect(tasks[0]?.artifacts[0]?.parts).toEqual([{ kind: 'data', data: { a: 1 } }]);
  });

  it('may be in snake_case', () => {
    const message = { role: 'ROLE_AGENT', content: [{ text: 'how?' }] };
    const status_update = { task_id: 't', status: { state: 'TASK_STATE_WORKING', message } };
    expect(decodeStreamEvent(plain({ status_update }))).toMatchObject({
      status: { message: { parts: [{ kind: 'text', text: 'how?' }] } },
    });
  });

  it('with parts under both names keeps those of the usual one', () => {
    const message = { role: 'ROLE_AGENT', parts: [{ text: 'hi' }], content: [] };
    expect(plain({ message })).toMatchObject({ message: { parts: [{ text: 'hi' }] } });
  });

  it('that is nothing stays nothing', () => {
    for (const value of [undefined, null, 'x', 1, []]) expect(plain(value)).toEqual(value);
  });
});
