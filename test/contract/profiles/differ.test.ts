import { describe, expect, test } from 'vitest';
import { type Answer, differencesOf, Ids } from './differ.js';

const one = '33672209-e7be-4c4c-bc77-ae8915dc8afb';
const other = '5d677cb9-411b-4766-8b17-e37d45e61dec';
const third = 'f31264ed-ecc3-4b0e-b7cd-3eb66b0c82d7';

function answer(body: unknown, changes: Partial<Answer> = {}): Answer {
  const headers = { 'content-type': 'application/json' };
  return { status: 200, headers, body: JSON.stringify(body), broken: false, ...changes };
}

function stream(body: string, changes: Partial<Answer> = {}): Answer {
  return { status: 200, headers: { 'content-type': 'text/event-stream' }, body, broken: false, ...changes };
}

const between = (recorded: Answer, ours: Answer, ids = new Ids()) => differencesOf(recorded, ours, ids);

describe('two answers are the same', () => {
  test('whatever the ids, the times and the order of keys', () => {
    const recorded = { id: one, status: { state: 'completed', timestamp: '2026-11-22T15:17:38.685Z' } };
    const ours = { status: { timestamp: '2024-01-01T00:00:00.000Z', state: 'completed' }, id: other };
    expect(between(answer(recorded), answer(ours))).toEqual([]);
  });

  test('whatever the length and the date', () => {
    const headers = { 'content-type': 'application/json', 'content-length': '2', date: 'today' };
    expect(between(answer({}, { headers }), answer({}))).toEqual([]);
  });

  test('where a text names the task that stands for the recorded one', () => {
    const ids = new Ids();
    expect(between(answer({ id: one }), answer({ id: other }), ids)).toEqual([]);
    expect(between(answer({ m: `no ${one}` }), answer({ m: `no ${other}` }), ids)).toEqual([]);
  });

  test('with a page token of their own, and an entity tag', () => {
    const headers = { 'content-type': 'application/json' };
    const recorded = answer({ nextPageToken: 'abc' }, { headers: { ...headers, etag: 'W/"1"' } });
    expect(
      between(recorded, answer({ nextPageToken: 'x' }, { headers: { ...headers, etag: 'W/"2"' } })),
    ).toEqual([]);
  });
});

describe('the difference is found of', () => {
  const cases: [name: string, recorded: Answer, ours: Answer, place: string][] = [
    ['another status', answer({}), answer({}, { status: 404 }), 'status'],
    [
      'another content type',
      answer({}),
      answer({}, { headers: { 'content-type': 'application/a2a+json' } }),
      'header content-type',
    ],
    [
      'a header too many',
      answer({}),
      answer({}, { headers: { 'content-type': 'application/json', etag: 'W/"1"' } }),
      'header etag',
    ],
    ['a missing key', answer({ a: 1, b: 1 }), answer({ a: 1 }), 'body.b'],
    ['a key too many', answer({ a: 1 }), answer({ a: 1, b: 1 }), 'body.b'],
    ['a missing key deep inside', answer({ a: [{ b: 1 }] }), answer({ a: [{}] }), 'body.a[0].b'],
    ['another spelling', answer({ state: 'canceled' }), answer({ state: 'cancelled' }), 'body.state'],
    ['another code', answer({ code: -32001 }), answer({ code: -32000 }), 'body.code'],
    ['another type', answer({ id: 1 }), answer({ id: '1' }), 'body.id'],
    ['null instead of nothing', answer({}), answer({ data: null }), 'body.data'],
    ['null instead of an object', answer({ data: {} }), answer({ data: null }), 'body.data'],
    ['an empty token', answer({ nextPageToken: 'a' }), answer({ nextPageToken: '' }), 'body.nextPageToken'],
    ['a shorter list', answer({ a: [1, 2] }), answer({ a: [1] }), 'body.a length'],
    [
      'another way to write times',
      answer({ timestamp: '2026-11-22T15:17:38.685595Z' }),
      answer({ timestamp: '2026-11-22T15:17:38.685Z' }),
      'body.timestamp',
    ],
    [
      'another zone',
      answer({ timestamp: '2026-11-22T15:17:38Z' }),
      answer({ timestamp: '2026-11-22T15:17:38+00:00' }),
      'body.timestamp',
    ],
    ['another kind of id', answer({ id: one }), answer({ id: 'task-af990906e15d' }), 'body.id'],
    [
      'one id for two',
      answer({ id: one, contextId: other }),
      answer({ id: third, contextId: third }),
      'body.contextId',
    ],
    [
      'two ids for one',
      answer({ id: one, taskId: one }),
      answer({ id: other, taskId: third }),
      'body.taskId',
    ],
    ['an id of the client', answer({ id: 'c1' }), answer({ id: 'c2' }), 'body.id'],
    ['an end that was none', stream('data: 1\n\n', { broken: true }), stream('data: 1\n\n'), 'broken off'],
    ['a missing frame', stream('data: 1\n\ndata: 2\n\n'), stream('data: 1\n\n'), 'frames'],
    ['what is in a frame', stream('data: {"a":1}\n\n'), stream('data: {"a":2}\n\n'), 'frame 1.a'],
    ['the name of an event', stream('event: a\ndata: 1\n\n'), stream('data: 1\n\n'), 'frame 1 fields'],
    ['a comment', stream(': ping\n\n'), stream(': pong\n\n'), 'frame 1 fields'],
    ['the ends of lines', stream('data: 1\r\n\r\n'), stream('data: 1\n\n'), 'line end'],
    ['the lines of data', stream('data: [\ndata: 1]\n\n'), stream('data: [1]\n\n'), 'frame 1 data lines'],
    [
      'a text that is no JSON',
      answer('', { headers: { 'content-type': 'text/plain' }, body: 'Not Found' }),
      answer('', { headers: { 'content-type': 'text/plain' }, body: 'Nothing' }),
      'body',
    ],
  ];

  test.each(cases)('%s', (_name, recorded, ours, place) => {
    const places = between(recorded, ours).map(difference => difference.split(': ')[0]);
    expect(places).toContain(place);
  });
});
