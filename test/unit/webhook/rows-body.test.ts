import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import {
  bearerOf,
  inBrowser,
  known,
  post,
  postBytes,
  registered,
  settled,
  states,
  statusUpdate,
  task,
  tokenOf,
  utf8,
} from './support.js';

// Rows 19 to 30 of what a receiver answers: what a body may be.

const body = statusUpdate('working');
const text = JSON.stringify(body);

/** A body that comes in such pieces; without an end if it is not to have one. */
function stream(pieces: readonly Uint8Array[], { ends = true } = {}): ReadableStream<Uint8Array> {
  const left = [...pieces];
  return new ReadableStream({
    pull(controller) {
      const piece = left.shift();
      if (piece) controller.enqueue(piece);
      else if (ends) controller.close();
      else return new Promise(() => {});
    },
  });
}

describe('row 19: a body over the limit', () => {
  const limits = { bodyBytes: 1_000 };

  const declared = 'that is declared is 413, and not read (not in browsers: they drop Content-Length)';
  test.skipIf(inBrowser)(declared, async () => {
    const { receiver, registration } = await registered({ limits });
    const headers = { ...tokenOf(registration), 'content-length': '1001' };
    const request = post(registration.url, { body, headers });
    expect((await receiver.handle(request)).status).toBe(413);
    expect(request.bodyUsed).toBe(false);
  });

  test('that comes in pieces is 413 as soon as it is too large, whatever was declared', async () => {
    const { receiver, registration } = await registered({ limits });
    let pulled = 0;
    const endless = new ReadableStream<Uint8Array>({
      pull(controller) {
        pulled += 1;
        controller.enqueue(new Uint8Array(100));
      },
    });
    const headers = { ...tokenOf(registration), ...(inBrowser ? {} : { 'content-length': '10' }) };
    const response = await receiver.handle(post(registration.url, { body: endless, headers }));
    expect(response.status).toBe(413);
    expect(pulled).toBeLessThan(20);
  });

  test('is one byte more than the limit', async () => {
    const { send } = await registered({ limits: { bodyBytes: text.length } });
    expect(await send(text)).toBe(204);
    expect(await send(`${text} `)).toBe(413);
  });

  test('is not, however small its pieces are, and they are put together', async () => {
    const { receiver, registration, notifications } = await registered();
    const pieces = Array.from(utf8(text), byte => Uint8Array.of(byte));
    const headers = tokenOf(registration);
    const request = post(registration.url, { body: stream(pieces), headers });
    expect((await receiver.handle(request)).status).toBe(204);
    await settled();
    expect(notifications).toHaveLength(1);
  });

  test('is more than 4 MiB, if nothing is said', async () => {
    const { send } = await registered();
    expect(await send(text + ' '.repeat(4_194_304 - text.length))).toBe(204);
    expect(await send(text + ' '.repeat(4_194_305 - text.length))).toBe(413);
  });
});

describe('row 20: a slow body', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  test('is 410 where the registration was revoked meanwhile', async () => {
    const { receiver, registration, notifications } = await registered();
    let write: ReadableStreamDefaultController<Uint8Array> | undefined;
    let read = () => {};
    const isRead = new Promise<void>(resolve => {
      read = resolve;
    });
    const start = (controller: ReadableStreamDefaultController<Uint8Array>) => {
      write = controller;
    };
    const slow = new ReadableStream({ start, pull: () => read() }, { highWaterMark: 0 });
    const answer = receiver.handle(post(registration.url, { body: slow, headers: tokenOf(registration) }));
    await isRead;
    await vi.advanceTimersByTimeAsync(2_000);
    await registration.revoke();
    write?.enqueue(utf8(text));
    write?.close();
    expect((await answer).status).toBe(410);
    expect(notifications).toEqual([]);
  });

  test('is 408 after the time there is, and left alone', async () => {
    const { receiver, registration, notifications } = await registered();
    let isLeft = false;
    let read = () => {};
    const isRead = new Promise<void>(resolve => {
      read = resolve;
    });
    const slow = new ReadableStream<Uint8Array>({
      start: controller => controller.enqueue(utf8(text)),
      // Asked for more than it has.
      pull: () => read(),
      cancel: () => {
        isLeft = true;
      },
    });
    const answer = receiver.handle(post(registration.url, { body: slow, headers: tokenOf(registration) }));
    // The clock is ours, but not the time that digests take.
    await isRead;
    await vi.advanceTimersByTimeAsync(9_999);
    expect(isLeft).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    expect((await answer).status).toBe(408);
    expect(isLeft).toBe(true);
    await vi.advanceTimersByTimeAsync(60_000);
    // What came would have been a whole notification.
    expect(notifications).toEqual([]);
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('row 21: a compressed body', () => {
  test.each(['gzip', 'br', 'deflate', 'GZIP', 'gzip, identity'])('%s is 415', async encoding => {
    const { send } = await registered();
    expect(await send(text, { 'content-encoding': encoding })).toBe(415);
    expect(await send(text, { 'content-encoding': 'identity' })).toBe(204);
  });
});

describe('row 22: another type', () => {
  test.each([
    'text/plain',
    'text/plain;charset=UTF-8',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'text/html',
    'application/jsonp',
    'text/json+application/json',
    'application/json; charset=iso-8859-1',
  ])('%s is 415', async type => {
    const { send } = await registered();
    expect(await send(text, { 'content-type': type })).toBe(415);
  });

  test.each([
    'application/json',
    'APPLICATION/JSON',
    'application/vnd.a2a+json',
    'application/json;charset="utf-8"',
  ])('%s is 204', async type => {
    const { send } = await registered();
    expect(await send(text, { 'content-type': type })).toBe(204);
  });
});

describe('row 23: no type', () => {
  test('is 204 for JSON', async () => {
    const { receiver, registration } = await registered();
    const request = postBytes(registration.url, tokenOf(registration), body);
    expect(request.headers.get('content-type')).toBe(null);
    expect((await receiver.handle(request)).status).toBe(204);
  });
});

describe('row 24: the type of A2A 1.0, with a byte order mark', () => {
  test('is 204', async () => {
    const posting = await registered();
    const type = { 'content-type': 'application/a2a+json; charset=utf-8' };
    expect(await posting.send(utf8(`\uFEFF${text}`), type)).toBe(204);
    expect(states(posting)).toEqual(['working']);
  });
});

describe('row 25: what is no JSON', () => {
  test.each<[string, BodyInit]>([
    ['an empty body', ''],
    ['blanks', '  '],
    ['invalid UTF-8', new Uint8Array([...utf8('{"a":"'), 0xff, ...utf8('"}')])],
    ['a character cut in two', utf8('{"a":"é"}').filter((_, at) => at !== 7)],
    ['half of it', text.slice(0, -1)],
    ['more than it', `${text}{}`],
    ['a form', 'a=b'],
    ['a comment', '{} // comment'],
    ['UTF-16', new Uint8Array([0xff, 0xfe, 0x7b, 0, 0x7d, 0])],
  ])('%s is 400', async (_, given) => {
    const { send, notifications } = await registered();
    expect(await send(given)).toBe(400);
    expect(notifications).toEqual([]);
  });

  test('no body at all is 400', async () => {
    const { receiver, registration } = await registered();
    const request = post(registration.url, { headers: tokenOf(registration) });
    expect((await receiver.handle(request)).status).toBe(400);
  });

  test('a body that breaks off is 400', async () => {
    const { send } = await registered();
    const broken = new ReadableStream<Uint8Array>({
      pull: controller => controller.error(new Error('The connection was reset.')),
    });
    expect(await send(broken)).toBe(400);
  });

  test('but a character may be cut in two between pieces', async () => {
    const posting = await registered();
    const bytes = utf8(JSON.stringify(statusUpdate('working', { text: 'é😀' })));
    const pieces = Array.from(bytes, byte => new Uint8Array([byte]));
    expect(await posting.send(stream(pieces))).toBe(204);
    expect(posting.notifications).toMatchObject([
      { event: { status: { message: { parts: [{ text: 'é😀' }] } } } },
    ]);
  });
});

describe('row 26: what is no object', () => {
  test.each(['[]', `[${text}]`, 'null', 'true', '1', '"text"'])('%s is 400', async given => {
    const { send } = await registered();
    expect(await send(given)).toBe(400);
  });
});

describe('row 27: nesting', () => {
  const nested = (levels: number, open: string, close: string) =>
    `{"statusUpdate":{"taskId":"t-1","status":{"state":"working"},"metadata":{"a":${open.repeat(levels)}${close.repeat(levels)}}}}`;

  test.each([
    ['arrays', '[', ']'],
    ['objects', '{"a":', '}'],
  ])('of %s over 64 levels is 400', async (_, open, close) => {
    const { send } = await registered();
    const inner = open === '[' ? close : `1${close}`;
    expect(await send(nested(61, open, close).replace(open + close, open + inner))).toBe(204);
    expect(await send(nested(62, open, close).replace(open + close, open + inner))).toBe(400);
    expect(await send(nested(100_000, open, close).replace(open + close, open + inner))).toBe(400);
  });

  test('is not what is in a string', async () => {
    const { send } = await registered();
    expect(await send(statusUpdate('working', { text: '[{'.repeat(100) }))).toBe(204);
  });
});

describe("row 28: names of an object's own", () => {
  test.each(['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty'])(
    '%s as a key or id is 204, and changes nothing else',
    async name => {
      const posting = await registered();
      const given = `{"statusUpdate":{"taskId":"${name}","status":{"state":"completed"},"metadata":{"${name}":{"polluted":true}},"${name}":{"polluted":true}},"${name}":{"polluted":true}}`;
      expect(await posting.send(given)).toBe(204);
      expect(posting.notifications).toMatchObject([{ taskId: name, task: { id: name } }]);
      expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
      expect(await known(posting)).toMatchObject({ id: name, status: { state: 'completed' } });
      await posting.registration.bind(name);
      expect(await posting.receiver.wait(name)).toMatchObject({ id: name });
    },
  );
});

describe('row 29: two events in one body', () => {
  test.each([
    ['task and statusUpdate', { ...task('working'), ...body }],
    [
      'task and status_update',
      { ...task('working'), status_update: (body as { statusUpdate: object }).statusUpdate },
    ],
    [
      'statusUpdate and status_update',
      { ...body, status_update: (body as { statusUpdate: object }).statusUpdate },
    ],
    ['task and message', { ...task('working'), message: { messageId: 'm', role: 'ROLE_AGENT', parts: [] } }],
  ])('%s is 400', async (_, given) => {
    const { send, notifications } = await registered();
    expect(await send(given)).toBe(400);
    expect(notifications).toEqual([]);
  });

  test('a member that is null is none', async () => {
    const posting = await registered();
    expect(await posting.send({ ...task('working'), statusUpdate: null, message: null })).toBe(204);
    expect(states(posting)).toEqual(['working']);
  });
});

describe('row 30: a shape that nobody knows', () => {
  test.each<[string, object]>([
    ['nothing', {}],
    ['something else', { hello: 'world' }],
    ['a task without a state', { task: { id: 't-1' } }],
    ['a task without an id', { task: { status: { state: 'working' } } }],
    ['a status without a word', { statusUpdate: { taskId: 't-1', status: {} } }],
    ['a task that is text', { task: 'done' }],
    ['an id that is too long', { taskId: 'x'.repeat(513), state: 'completed' }],
    ['a status without a task', { statusUpdate: { status: { state: 'completed' } } }],
  ])('%s is 204, and to be asked about', async (_, given) => {
    const { send, notifications, reconciled, registration } = await registered();
    expect(await send(given)).toBe(204);
    expect(notifications).toEqual([]);
    expect(reconciled).toEqual([{ reason: 'unknown-shape', taskIds: [], registrationId: registration.id }]);
  });

  test('makes those who wait ask', async () => {
    const { send, registration, receiver } = await registered();
    await registration.bind('t-1');
    let asked = 0;
    const getTask = async () => {
      asked += 1;
      const state = asked === 1 ? ('working' as const) : ('completed' as const);
      return { kind: 'task' as const, id: 't-1', status: { state }, artifacts: [], history: [] };
    };
    const waiting = receiver.wait(registration, { source: { getTask } });
    await settled();
    await settled();
    expect(asked).toBe(1);
    expect(await send({ hello: 'world' })).toBe(204);
    expect(await waiting).toMatchObject({ status: { state: 'completed' } });
    expect(asked).toBe(2);
  });

  test('without credentials is 401 as anything else', async () => {
    const { receiver, registration, reconciled } = await registered();
    const headers = bearerOf({ credentials: 'wrong' });
    expect((await receiver.handle(post(registration.url, { body: {}, headers }))).status).toBe(401);
    expect(reconciled).toEqual([]);
  });
});
