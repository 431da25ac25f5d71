import { expect, test } from 'vitest';
import { apart, draw, lengthFor, marksFor } from '../src/drawing.js';
import { inWords } from '../src/in-words.js';
import { grow, type Happening, nothingYet } from '../src/record.js';

const seen = (...happenings: Happening[]) => happenings.reduce(grow, nothingYet);
const state = (
  at: number,
  state: 'submitted' | 'working' | 'completed' | 'input-required',
  since?: number,
): Happening => ({
  kind: 'state',
  at,
  state,
  text: '',
  ...(since !== undefined && { since }),
});

const ask = (id: number, at: number): Happening => ({
  kind: 'request',
  id,
  at,
  purpose: 'ask',
  name: 'x',
  url: 'https://agent.example',
  body: '',
});

test('a state lasts at the agent from when it began, and for the page from when it was known', () => {
  const record = seen(state(100, 'working', 40), state(12_000, 'completed', 10_000));
  const { atAgent, known, lag } = draw(record, 12_500);
  expect(atAgent).toEqual([
    { state: 'working', from: 40, to: 10_000 },
    { state: 'completed', from: 10_000, to: 12_000 },
  ]);
  expect(known).toEqual([
    { state: 'working', from: 100, to: 12_000 },
    { state: 'completed', from: 12_000, to: 12_000 },
  ]);
  expect(lag).toEqual({ from: 10_000, to: 12_000 });
});

test.each([
  ['an hour ahead', 3_600_000],
  ['three seconds ahead', 3_000],
  ['three seconds behind', -3_000],
  ['an hour behind', -3_600_000],
])(
  "an agent's clock that is %s tells all the same how long a state lasted, and how late its end was known",
  (_, skew) => {
    const record = seen(
      state(100, 'submitted', 90 + skew),
      state(1_000, 'working', 500 + skew),
      state(5_000, 'completed', 4_000 + skew),
    );
    const { atAgent, lag } = draw(record, 6_000);
    expect(atAgent).toEqual([
      { state: 'submitted', from: 100, to: 510 },
      { state: 'working', from: 510, to: 4_010 },
      { state: 'completed', from: 4_010, to: 5_000 },
    ]);
    expect(lag).toEqual({ from: 4_010, to: 5_000 });
    expect(inWords(record).map(({ text }) => text)).toEqual([
      'Known: submitted.',
      'Known: working, since 0.5 s.',
      'Known: completed, since 4.0 s.',
    ]);
  },
);

test('a clock that is set while the task goes on puts no state outside of what the page saw', () => {
  const record = seen(
    state(100, 'submitted', 50),
    state(1_000, 'working', -3_600_000),
    state(5_000, 'completed', 3_600_000),
  );
  expect(draw(record, 6_000).atAgent).toEqual([
    { state: 'working', from: 50, to: 5_000 },
    { state: 'completed', from: 5_000, to: 5_000 },
  ]);
});

test('an agent that tells no time began a state when it was known', () => {
  expect(draw(seen(state(100, 'working'), state(900, 'completed')), 900).lag).toEqual({ from: 900, to: 900 });
});

test('a state grows until now while the run goes on', () => {
  const record = seen(state(100, 'working', 50));
  expect(draw(record, 700).known).toEqual([{ state: 'working', from: 100, to: 700 }]);
  expect(draw(record, 800).atAgent).toEqual([{ state: 'working', from: 50, to: 800 }]);
  expect(draw(record, 800).lag).toBeUndefined();
});

test('a state that is told again is one state', () => {
  const record = seen(state(100, 'working'), state(200, 'working'), state(300, 'working'));
  expect(draw(record, 400).known).toHaveLength(1);
});

test('a request goes there and back, a stream stays open', () => {
  const request = (id: number, at: number, purpose: 'ask' | 'stream'): Happening => ({
    kind: 'request',
    id,
    at,
    purpose,
    name: 'x',
    url: 'https://agent.example',
    body: '',
  });
  const record = seen(
    request(1, 100, 'ask'),
    { kind: 'answer', id: 1, at: 150, status: 200 },
    { kind: 'answered', id: 1, at: 160 },
    request(2, 200, 'stream'),
    { kind: 'answer', id: 2, at: 210, status: 200 },
    { kind: 'piece', id: 2, at: 300, text: 'data: {}\n\n', events: 1 },
    request(3, 400, 'ask'),
    { kind: 'answered', id: 3, at: 500, failure: 'TypeError: Failed to fetch' },
    request(4, 600, 'ask'),
    { kind: 'answered', id: 4, at: 700, failure: 'left' },
    request(5, 800, 'ask'),
  );
  const { trips, streams } = draw(record, 1_000);
  expect(trips).toEqual([
    { purpose: 'ask', from: 100, to: 160, back: true, failed: false, aside: false },
    { purpose: 'ask', from: 400, to: 500, back: true, failed: true, aside: false },
    // Nothing came back of these.
    { purpose: 'ask', from: 600, to: 700, back: false, failed: false, aside: false },
    { purpose: 'ask', from: 800, to: 1_000, back: false, failed: false, aside: false },
  ]);
  expect(streams).toEqual([{ from: 200, to: 1_000, events: [300] }]);
});

test('a stream that is open and silent is a stream', () => {
  const record = seen(
    { kind: 'request', id: 1, at: 0, purpose: 'stream', name: 'x', url: 'https://agent.example', body: '' },
    { kind: 'answer', id: 1, at: 10, status: 200 },
  );
  expect(draw(record, 50)).toMatchObject({ streams: [{ from: 0, to: 50, events: [] }], trips: [] });
});

test('a stream that was refused is a request that failed', () => {
  const record = seen(
    { kind: 'request', id: 1, at: 0, purpose: 'stream', name: 'x', url: 'https://agent.example', body: '' },
    { kind: 'answer', id: 1, at: 10, status: 405 },
    { kind: 'answered', id: 1, at: 10 },
  );
  expect(draw(record, 50)).toMatchObject({ streams: [], trips: [{ purpose: 'stream', failed: true }] });
});

test('of a stream that does not end as much is kept as can be drawn, and all of it is counted', () => {
  const record = seen(
    { kind: 'request', id: 1, at: 0, purpose: 'stream', name: 'x', url: 'https://agent.example', body: '' },
    ...Array.from(
      { length: 700 },
      (_, at): Happening => ({ kind: 'piece', id: 1, at, text: 'x'.repeat(1_000), events: 1 }),
    ),
  );
  expect(record.exchanges[0]?.answer).toHaveLength(20_002);
  expect(record.exchanges[0]?.answer).toMatch(/…$/);
  expect(record.exchanges[0]?.events).toBe(700);
  // From the first to the last, so that it does not look as if it had fallen silent.
  const { eventsAt = [] } = record.exchanges[0] ?? {};
  expect(eventsAt.length).toBeGreaterThan(200);
  expect(eventsAt.length).toBeLessThanOrEqual(500);
  expect(eventsAt[0]).toBeLessThan(10);
  expect(eventsAt.at(-1)).toBe(699);
});

test('of an agent that says something new all the time as much is kept as can be read, and the last of it', () => {
  const record = seen(
    ...Array.from(
      { length: 700 },
      (_, at): Happening => ({ kind: 'state', at, state: 'working', text: `${at} ${'x'.repeat(10_000)}` }),
    ),
    state(800, 'completed'),
    ...Array.from({ length: 700 }, (_, at): Happening => ({ kind: 'remark', at, text: 'Could not ask.' })),
    { kind: 'text', text: 'y'.repeat(1_000_000) },
  );
  expect(record.sights).toHaveLength(500);
  expect(record.sights[0]?.text.length).toBeLessThan(2_100);
  expect(record.sights.at(-1)?.state).toBe('completed');
  expect(record.remarks.length).toBeLessThanOrEqual(500);
  expect(record.text).toMatch(/y … and 900000 more characters\.$/);
  // One bar for the state, whatever was said in it.
  expect(draw(record, 900).known).toEqual([
    { state: 'working', from: 0, to: 800 },
    { state: 'completed', from: 800, to: 800 },
  ]);
});

test.each([0, 900, 5_000, 11_000, 17_000, 200_000, 5_000_000])(
  'a run of %i ms has room, and at most 13 marks',
  longest => {
    const length = lengthFor(longest);
    expect(length).toBeGreaterThanOrEqual(longest);
    expect(marksFor(length).length).toBeLessThanOrEqual(13);
    expect(marksFor(length)[0]).toBe(0);
  },
);

test('what is asked while a stream or push brings the news is asked aside, but for what a notification gave cause to', () => {
  const happened = [
    ask(1, 500),
    { kind: 'notified', at: 900, body: '' } as const,
    ask(2, 910),
    ask(3, 2_000),
  ];
  const asides = (strategy: 'push' | 'poll') =>
    draw(seen({ kind: 'strategy', at: 0, strategy, reason: '' }, ...happened), 3_000).trips.map(
      each => each.aside,
    );
  expect(asides('push')).toEqual([true, false, true]);
  expect(asides('poll')).toEqual([false, false, false]);
});

test('what happens in one moment is drawn side by side, in its order, and never far from its time', () => {
  const record = seen(
    ask(1, 0),
    { kind: 'notified', at: 10, body: '' },
    ask(2, 20),
    ...Array.from({ length: 9 }, (_, nth) => ask(3 + nth, 30)),
    ask(12, 5_000),
  );
  const { trips, notified } = apart(draw(record, 6_000), 12_000);
  const [first, second] = trips as [number, number];
  expect(first).toBe(0);
  expect(notified[0]).toBeGreaterThan(5);
  expect(second).toBeGreaterThan((notified[0] ?? 0) + 5);
  expect(Math.max(...trips)).toBeLessThanOrEqual(28);
  expect(trips.at(-1)).toBe(0);
});
