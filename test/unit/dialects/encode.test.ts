import { ContentTypeNotSupportedError, type Dialect } from 'a2a-await';
import { describe, expect, it } from 'vitest';
import { composeMessage } from '../../../src/client/compose.js';
import type { Encoder, ListTasksQuery, SendConfiguration } from '../../../src/dialects/dialect.js';
import { praison } from '../../../src/dialects/praison.js';
import { v1 } from '../../../src/dialects/v1.js';
import { v03 } from '../../../src/dialects/v03.js';
import type { Part } from '../../../src/model/part.js';

const encoders: Record<Dialect, Encoder> = { '1.0': v1, '0.3': v03, praison };
const dialects = Object.keys(encoders) as Dialect[];

/** What arrives at the server. */
const wire = (params: object) => JSON.parse(JSON.stringify(params));

const full = await composeMessage(
  {
    parts: [
      { text: 'hi', metadata: { lang: 'en' } },
      { url: 'https://f.test/a.png', mediaType: 'image/png', filename: 'a.png' },
      { data: { a: 1 } },
    ],
    messageId: 'm-1',
    contextId: 'ctx-1',
    taskId: 'task-1',
    referenceTaskIds: ['task-0'],
    metadata: { m: 1 },
    extensions: ['urn:x'],
    // What nobody asked for must not get onto the wire of a strict server.
    colour: 'blue',
    kind: 'message',
  } as never,
  {},
);
const configuration: SendConfiguration = {
  returnImmediately: true,
  acceptedOutputModes: ['text/plain'],
  historyLength: 3,
  metadata: { request: 1 },
};

const identity = {
  messageId: 'm-1',
  contextId: 'ctx-1',
  taskId: 'task-1',
  referenceTaskIds: ['task-0'],
  metadata: { m: 1 },
  extensions: ['urn:x'],
};

describe('a message with everything', () => {
  it('has exactly the fields of A2A 1.0 there', () => {
    expect(wire(v1.send(full, configuration))).toEqual({
      message: {
        ...identity,
        role: 'ROLE_USER',
        parts: [
          { text: 'hi', metadata: { lang: 'en' } },
          { url: 'https://f.test/a.png', mediaType: 'image/png', filename: 'a.png' },
          { data: { a: 1 } },
        ],
      },
      configuration: { acceptedOutputModes: ['text/plain'], historyLength: 3, returnImmediately: true },
      metadata: { request: 1 },
    });
  });

  it('has exactly the fields of A2A 0.3 there', () => {
    expect(wire(v03.send(full, configuration))).toEqual({
      message: {
        ...identity,
        kind: 'message',
        role: 'user',
        parts: [
          { kind: 'text', text: 'hi', metadata: { lang: 'en' } },
          { kind: 'file', file: { uri: 'https://f.test/a.png', mimeType: 'image/png', name: 'a.png' } },
          { kind: 'data', data: { a: 1 } },
        ],
      },
      configuration: { acceptedOutputModes: ['text/plain'], historyLength: 3, blocking: false },
      metadata: { request: 1 },
    });
  });

  it('has exactly the fields of PraisonAI there, which calls a file\'s name "name"', () => {
    expect(wire(praison.send(full, configuration))).toEqual({
      message: {
        ...identity,
        role: 'user',
        parts: [
          { text: 'hi', metadata: { lang: 'en' } },
          { url: 'https://f.test/a.png', mediaType: 'image/png', name: 'a.png' },
          { data: { a: 1 } },
        ],
      },
      configuration: { returnImmediately: true, return_immediately: true },
      metadata: { request: 1 },
    });
  });
});

describe('a message with next to nothing', () => {
  const plain: SendConfiguration = { returnImmediately: false };

  it.each([
    ['1.0', [undefined, {}]],
    ['0.3', [{ blocking: true, acceptedOutputModes: [] }]],
    ['praison', [undefined, {}]],
  ] as [Dialect, unknown[]][])('says nothing but what %s needs', async (dialect, configurations) => {
    const message = await composeMessage('hi', { messageId: 'm-1' });
    const params = wire(encoders[dialect].send(message, plain));
    const tagged = dialect === '0.3';
    expect(params.message).toEqual({
      ...(tagged ? { kind: 'message' } : {}),
      messageId: 'm-1',
      role: dialect === '1.0' ? 'ROLE_USER' : 'user',
      parts: [{ ...(tagged ? { kind: 'text' } : {}), text: 'hi' }],
    });
    expect(configurations).toContainEqual(params.configuration);
    expect(Object.keys(params).filter(key => !['message', 'configuration'].includes(key))).toEqual([]);
  });
});

describe('a part', () => {
  const bytes: Part = { kind: 'file', raw: 'aGk=', mediaType: 'text/plain', filename: 'hi.txt' };
  const partOf = (dialect: Dialect, part: Part) =>
    wire(
      encoders[dialect].send(
        { kind: 'message', role: 'user', messageId: 'm', parts: [part] },
        { returnImmediately: false },
      ),
    ).message.parts[0];

  it('with bytes is carried by 1.0 and 0.3', () => {
    expect(partOf('1.0', bytes)).toEqual({ raw: 'aGk=', mediaType: 'text/plain', filename: 'hi.txt' });
    expect(partOf('0.3', bytes)).toEqual({
      kind: 'file',
      file: { bytes: 'aGk=', mimeType: 'text/plain', name: 'hi.txt' },
    });
  });

  it('with bytes, even none, is refused for PraisonAI, which would drop them', () => {
    expect(() => partOf('praison', bytes)).toThrow(ContentTypeNotSupportedError);
    expect(() => partOf('praison', { kind: 'file', raw: '' })).toThrow(ContentTypeNotSupportedError);
  });

  it.each([1, 'text', null, true, [1, 2]])(
    'with data of %j is carried by 1.0, and refused for those that have objects only',
    data => {
      const part: Part = { kind: 'data', data };
      expect(partOf('1.0', part)).toEqual({ data });
      expect(() => partOf('0.3', part)).toThrow(ContentTypeNotSupportedError);
      expect(() => partOf('praison', part)).toThrow(ContentTypeNotSupportedError);
    },
  );

  it('that is empty is still there', () => {
    expect(partOf('1.0', { kind: 'text', text: '' })).toEqual({ text: '' });
    expect(partOf('0.3', { kind: 'text', text: '' })).toEqual({ kind: 'text', text: '' });
    expect(partOf('praison', { kind: 'text', text: '' })).toEqual({ text: '' });
  });
});

describe('the other requests', () => {
  it.each([
    ['1.0', undefined, { id: 't' }],
    ['1.0', 0, { id: 't', historyLength: 0 }],
    ['1.0', 5, { id: 't', historyLength: 5 }],
    ['0.3', undefined, { id: 't', historyLength: 10_000 }],
    ['0.3', 0, { id: 't', historyLength: 10_000 }],
    ['0.3', 5, { id: 't', historyLength: 5 }],
    ['praison', undefined, { id: 't' }],
    ['praison', 5, { id: 't' }],
  ] as [Dialect, number | undefined, object][])(
    'get in %s with a history of %s: %j',
    (dialect, length, params) => {
      expect(wire(encoders[dialect].get('t', length))).toEqual(params);
    },
  );

  const query: ListTasksQuery = {
    contextId: 'ctx',
    status: 'input_required',
    pageSize: 5,
    pageToken: 'next',
    historyLength: 2,
    statusTimestampAfter: new Date(Date.UTC(2026, 0, 1)),
    includeArtifacts: true,
    ...({ colour: 'blue' } as object),
  };

  it('list in 1.0 knows every filter, in its own spelling, and nothing else', () => {
    expect(wire(v1.list(query))).toEqual({
      contextId: 'ctx',
      status: 'TASK_STATE_INPUT_REQUIRED',
      pageSize: 5,
      pageToken: 'next',
      historyLength: 2,
      statusTimestampAfter: '2026-01-01T00:00:00.000Z',
      includeArtifacts: true,
    });
  });

  it.each([
    ['canceled', 'TASK_STATE_CANCELED'],
    ['cancelled', 'TASK_STATE_CANCELED'],
    ['TASK_STATE_AUTH_REQUIRED', 'TASK_STATE_AUTH_REQUIRED'],
    ['Working', 'TASK_STATE_WORKING'],
  ])('list in 1.0 takes the state %s as %s', (status, name) => {
    expect(wire(v1.list({ status }))).toEqual({ status: name });
  });

  it('list elsewhere says only what is understood there', () => {
    expect(wire(v03.list(query))).toEqual({ contextId: 'ctx', pageSize: 5, pageToken: 'next' });
    expect(wire(praison.list(query))).toEqual({ contextId: 'ctx' });
  });

  it.each(dialects)('cancel and subscribe in %s are as small as can be', dialect => {
    expect(wire(encoders[dialect].about('t'))).toEqual({ id: 't' });
  });

  it('are called by these names', () => {
    expect(v1.methods).toEqual({
      send: 'SendMessage',
      stream: 'SendStreamingMessage',
      get: 'GetTask',
      list: 'ListTasks',
      cancel: 'CancelTask',
      subscribe: 'SubscribeToTask',
      extendedCard: 'GetExtendedAgentCard',
      pushSet: 'CreateTaskPushNotificationConfig',
      pushGet: 'GetTaskPushNotificationConfig',
      pushList: 'ListTaskPushNotificationConfigs',
      pushDelete: 'DeleteTaskPushNotificationConfig',
    });
    expect(v03.methods).toEqual({
      send: 'message/send',
      stream: 'message/stream',
      get: 'tasks/get',
      list: 'tasks/list',
      cancel: 'tasks/cancel',
      subscribe: 'tasks/resubscribe',
      extendedCard: 'agent/getAuthenticatedExtendedCard',
      pushSet: 'tasks/pushNotificationConfig/set',
      pushGet: 'tasks/pushNotificationConfig/get',
      pushList: 'tasks/pushNotificationConfig/list',
      pushDelete: 'tasks/pushNotificationConfig/delete',
    });
    expect(praison.methods).toEqual({
      ...v03.methods,
      extendedCard: 'agent/getExtendedCard',
      subscribe: '',
    });
  });

  it('send the version header in 1.0, exactly "1.0", and nowhere else', () => {
    expect(v1.headers).toEqual({ 'a2a-version': '1.0' });
    expect(v03.headers).toEqual({});
    expect(praison.headers).toEqual({});
  });
});
